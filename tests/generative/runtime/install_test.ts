import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { isAbsolute, join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { installTensorFlow, verifyInstallation } from "../../../generative/runtime/install.ts";
import type { InstallEvent } from "../../../generative/runtime/install/events.ts";
import {
  cudaLibraries,
  defaultCacheFolder,
  findLibrary,
  installFolder,
} from "../../../generative/runtime/install/locate.ts";
import { unzip } from "../../../generative/runtime/install/unzip.ts";

const LINUX = Deno.build.os === "linux";
const LIBRARY = LINUX ? "libtensorflow_cc.so.2" : "libtensorflow_cc.2.dylib";
const FRAMEWORK = LINUX ? "libtensorflow_framework.so.2" : "libtensorflow_framework.2.dylib";

/** A zip archive of these files; the longer ones deflated, the others stored. */
function zip(files: Record<string, string>): Uint8Array {
  const encode = (text: string) => new TextEncoder().encode(text);
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const deflated = text.length > 100;
    const data = deflated ? new Uint8Array(deflateRawSync(encode(text))) : encode(text);
    const header = (signature: number, bytes: number, at: number) => {
      const view = new DataView(new ArrayBuffer(bytes));
      view.setUint32(0, signature, true);
      view.setUint16(at, deflated ? 8 : 0, true);
      view.setUint32(at + 10, data.length, true);
      view.setUint32(at + 14, encode(text).length, true);
      view.setUint16(at + 18, encode(name).length, true);
      return view;
    };
    const local = header(0x04034b50, 30, 8);
    const entry = header(0x02014b50, 46, 10);
    entry.setUint32(42, offset, true);
    parts.push(new Uint8Array(local.buffer), encode(name), data);
    directory.push(new Uint8Array(entry.buffer), encode(name));
    offset += 30 + encode(name).length + data.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint32(12, directory.reduce((sum, { length }) => sum + length, 0), true);
  end.setUint32(16, offset, true);
  return new Uint8Array([...parts, ...directory, new Uint8Array(end.buffer)].flatMap((part) => [...part]));
}

/** A gzipped tar archive of these files, as `tar` would make it from `./`. */
function tarball(files: Record<string, string>): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array[] = [];
  for (const [name, text] of Object.entries(files)) {
    const data = new TextEncoder().encode(text);
    const header = new Uint8Array(512);
    const write = (at: number, value: string) => header.set(new TextEncoder().encode(value), at);
    write(0, name);
    write(100, "0000644\0");
    write(124, data.length.toString(8).padStart(11, "0"));
    write(136, "00000000000");
    write(148, "        ");
    write(156, "0");
    write(257, "ustar\x0000");
    write(148, header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, "0") + "\0 ");
    blocks.push(header, data, new Uint8Array((512 - data.length % 512) % 512));
  }
  return new Uint8Array(
    gzipSync(new Uint8Array([...blocks, new Uint8Array(1024)].flatMap((block) => [...block]))),
  );
}

/** A wheel with its list of checksums. */
function wheel(name: string, files: Record<string, string>, metadata = ""): Uint8Array {
  const record = Object.entries(files).map(([path, text]) => {
    const digest = createHash("sha256").update(text).digest("base64url");
    return `${path},sha256=${digest},${text.length}`;
  });
  return zip({
    ...files,
    [`${name}.dist-info/METADATA`]: metadata,
    [`${name}.dist-info/RECORD`]: record.join("\n"),
  });
}

const TENSORFLOW_FILES = {
  [`tensorflow/${LIBRARY}`]: "the library ".repeat(100),
  [`tensorflow/${FRAMEWORK}`]: "the framework",
  "tensorflow/python/keras.py": "nothing that we need",
};

/** Runs a test with a folder of its own, a PATH that holds only what it puts there, and nothing installed. */
async function isolated(action: (place: { cache: string; bin: string; root: string }) => Promise<void>) {
  const root = Deno.makeTempDirSync({ prefix: "somnium-install-" });
  const place = { root, cache: join(root, "cache"), bin: join(root, "bin") };
  Deno.mkdirSync(place.bin);
  for (const tool of ["tar", "gzip", "sh", "cp", "sleep", "echo"]) {
    for (const folder of ["/usr/bin", "/bin"]) {
      try {
        Deno.statSync(join(folder, tool));
        Deno.symlinkSync(join(folder, tool), join(place.bin, tool));
        break;
      } catch {
        // In the other folder.
      }
    }
  }
  const saved = ["PATH", "SOMNIUM_LIBTENSORFLOW"].map((name) => [name, Deno.env.get(name)] as const);
  Deno.env.set("PATH", place.bin);
  Deno.env.delete("SOMNIUM_LIBTENSORFLOW");
  try {
    await action(place);
  } finally {
    for (const [name, value] of saved) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
    Deno.removeSync(root, { recursive: true });
  }
}

/** A pip that "downloads" by running a shell line; `$DEST` is the folder and `$*` the arguments. */
function fakePip(bin: string, line: string, name = "pip"): void {
  const script = `#!/bin/sh
case "$*" in *--version*) exit 0;; esac
for a in "$@"; do case "$a" in --dest=*) DEST="\${a#--dest=}";; esac; done
echo "$*" >> "${bin}/../pip.log"
${line}
`;
  Deno.writeTextFileSync(join(bin, name), script, { mode: 0o755 });
}

/** The files of a folder, by path. */
function listing(folder: string, prefix = ""): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? listing(join(folder, name), `${prefix}${name}/`) : [prefix + name]
  ).sort();
}

Deno.test("installs from a wheel: the libraries, their checksums, nothing else", () =>
  isolated(async ({ cache, bin, root }) => {
    Deno.writeFileSync(join(root, "tf.whl"), wheel("tensorflow_cpu-2.21.0", TENSORFLOW_FILES));
    fakePip(bin, `cp "${root}/tf.whl" "$DEST/tf.whl"`);
    assertEquals(findLibrary(cache), undefined);
    const events: InstallEvent[] = [];
    const installed = await installTensorFlow({ cacheFolder: cache, onEvent: (event) => events.push(event) });
    const folder = installFolder(false, cache);
    assertEquals(installed, { path: join(folder, "tensorflow", LIBRARY), source: "pip" });
    assertEquals(findLibrary(cache), { path: installed.path, source: "cache" });
    assertEquals(listing(folder).filter((name) => !name.includes("dist-info")), [
      "manifest.json",
      `tensorflow/${LIBRARY}`,
      `tensorflow/${FRAMEWORK}`,
    ]);
    assertEquals(Deno.readTextFileSync(installed.path), TENSORFLOW_FILES[`tensorflow/${LIBRARY}`]);
    assertEquals([...Deno.readDirSync(cache)].length, 1);
    assertEquals(events.map(({ type }) => type).filter((type) => type !== "progress").slice(0, 2), [
      "download",
      "unpack",
    ]);
    assertEquals(events.at(-1), { type: "installed", folder, source: "pip" });
    const call = Deno.readTextFileSync(join(root, "pip.log"));
    assertStringIncludes(call, "download --no-deps");
    assertStringIncludes(call, LINUX ? "tensorflow-cpu==2.21.0" : "tensorflow==2.21.0");

    assertEquals(await verifyInstallation(folder), []);
    Deno.writeTextFileSync(installed.path, "the librarY ".repeat(100));
    assertEquals(await verifyInstallation(folder), [`tensorflow/${LIBRARY}`]);
    Deno.writeTextFileSync(installed.path, "cut short"); // another size is seen without reading the file
    assertEquals(findLibrary(cache), undefined);
    await installTensorFlow({ cacheFolder: cache });
    assertEquals(findLibrary(cache)?.source, "cache");
  }));

Deno.test(
  "where the index has no tensorflow-cpu for this processor, as on ARM64, tensorflow itself is taken",
  { ignore: !LINUX },
  () =>
    isolated(async ({ cache, bin, root }) => {
      Deno.writeFileSync(join(root, "tf.whl"), wheel("tensorflow-2.21.0", TENSORFLOW_FILES));
      const none = "ERROR: No matching distribution found for tensorflow-cpu==2.21.0";
      fakePip(
        bin,
        `case "$*" in *tensorflow-cpu==*) echo "${none}" >&2; exit 1;; *) cp "${root}/tf.whl" "$DEST";; esac`,
      );
      assertEquals((await installTensorFlow({ cacheFolder: cache })).source, "pip");
      const calls = Deno.readTextFileSync(join(root, "pip.log")).trim().split("\n");
      assertEquals(calls.map((call) => call.split(" ").at(-1)), [
        "tensorflow-cpu==2.21.0",
        "tensorflow==2.21.0",
      ]);
    }),
);

Deno.test("without a home in the environment, caches lie where the system knows one, never in the present folder", () => {
  const names = ["HOME", "USERPROFILE", "XDG_CACHE_HOME"];
  const saved = names.map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const home of [undefined, "", "relative"]) {
      names.forEach((name) => Deno.env.delete(name));
      if (home !== undefined) Deno.env.set("HOME", home);
      const folder = defaultCacheFolder();
      assert(isAbsolute(folder), folder);
      assert(!folder.startsWith(Deno.cwd()), folder);
    }
    Deno.env.set("HOME", "/home/somebody");
    assert(defaultCacheFolder().startsWith("/home/somebody/"));
    Deno.env.set("XDG_CACHE_HOME", "/caches");
    assertEquals(defaultCacheFolder(), "/caches/somnium");
  } finally {
    for (const [name, value] of saved) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  }
});

Deno.test("pip is found under its other names", () =>
  isolated(async ({ cache, bin, root }) => {
    Deno.writeFileSync(join(root, "tf.whl"), wheel("tensorflow_cpu-2.21.0", TENSORFLOW_FILES));
    fakePip(bin, `cp "${root}/tf.whl" "$DEST/tf.whl"`, "python3");
    assertEquals((await installTensorFlow({ cacheFolder: cache })).source, "pip");
    assertStringIncludes(Deno.readTextFileSync(join(root, "pip.log")), "-m pip download");
  }));

Deno.test("--gpu takes the CUDA wheels that the wheel asks for", () =>
  isolated(async ({ cache, bin, root }) => {
    const metadata = "Requires-Dist: numpy>=1.26\n" +
      'Requires-Dist: nvidia-cudnn-cu12<10.0,>=9.3; extra == "and-cuda"\n' +
      'Requires-Dist: nvidia-nccl-cu12<3.0,>=2.27.7; extra == "and-cuda"\n';
    Deno.writeFileSync(join(root, "tf.whl"), wheel("tensorflow-2.21.0", TENSORFLOW_FILES, metadata));
    Deno.writeFileSync(
      join(root, "cudnn.whl"),
      wheel("nvidia_cudnn-9", { "nvidia/cudnn/lib/libcudnn.so.9": "cudnn" }),
    );
    fakePip(
      bin,
      `case "$*" in *tensorflow==*) cp "${root}/tf.whl" "$DEST";; *) cp "${root}/cudnn.whl" "$DEST";; esac`,
    );
    const { path } = await installTensorFlow({ cacheFolder: cache, gpu: true });
    const calls = Deno.readTextFileSync(join(root, "pip.log")).trim().split("\n");
    assert(calls[0].endsWith("tensorflow==2.21.0"));
    assert(calls[1].endsWith("nvidia-cudnn-cu12<10.0,>=9.3 nvidia-nccl-cu12<3.0,>=2.27.7"));
    assertEquals(cudaLibraries(path), [join(installFolder(true, cache), "nvidia/cudnn/lib/libcudnn.so.9")]);
    assertEquals(findLibrary(cache)?.path, path);
  }));

Deno.test("a damaged wheel is not installed", () =>
  isolated(async ({ cache, bin, root }) => {
    const broken = wheel("tensorflow_cpu-2.21.0", TENSORFLOW_FILES);
    const at = new TextDecoder("latin1").decode(broken).indexOf("the framework");
    broken[at] ^= 1; // a stored file: only its checksum tells
    Deno.writeFileSync(join(root, "tf.whl"), broken);
    fakePip(bin, `cp "${root}/tf.whl" "$DEST/tf.whl"`);
    const error = await assertRejects(
      () => installTensorFlow({ cacheFolder: cache, archiveBase: "http://127.0.0.1:9" }),
      Error,
      `${FRAMEWORK} is damaged: expected sha256`,
    );
    assertStringIncludes(error.message, "127.0.0.1:9 cannot be reached");
    assertEquals([...Deno.readDirSync(cache)], []);
  }));

Deno.test(
  "without pip the official archive is taken",
  { ignore: Deno.build.arch !== "x86_64" },
  () =>
    isolated(async ({ cache }) => {
      const archive = tarball({
        "./LICENSE": "Apache",
        [`./lib/${LIBRARY.replace("_cc", "")}`]: "the library",
        [`./lib/${FRAMEWORK}`]: "the framework",
      });
      const requests: string[] = [];
      const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
        requests.push(new URL(request.url).pathname);
        return new Response(archive, { headers: { "content-length": `${archive.length}` } });
      });
      try {
        const events: InstallEvent[] = [];
        const { path, source } = await installTensorFlow({
          cacheFolder: cache,
          archiveBase: `http://127.0.0.1:${server.addr.port}`,
          onEvent: (event) => events.push(event),
        });
        assertEquals(source, "archive");
        assertEquals(Deno.readTextFileSync(path), "the library");
        assertEquals(findLibrary(cache), { path, source: "cache" });
        assertEquals(requests, ["/versions/2.18.0/libtensorflow-cpu-linux-x86_64.tar.gz"]);
        assertEquals(events[0], { type: "failed", source: "pip", reason: "no pip was found" });
        const last = events.findLast((event) => event.type === "progress");
        assertEquals(last, { type: "progress", receivedBytes: archive.length, totalBytes: archive.length });
        assertEquals(listing(installFolder(false, cache)), [
          "LICENSE",
          `lib/${LIBRARY.replace("_cc", "")}`,
          `lib/${FRAMEWORK}`,
          "manifest.json",
        ]);
      } finally {
        await server.shutdown();
      }
    }),
);

Deno.test("no pip and no archive: one sentence with both reasons, and nothing left behind", () =>
  isolated(async ({ cache }) => {
    const answers = [new Response("gone", { status: 404 }), new Response("not a gzip file")];
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => answers.shift()!);
    try {
      const archiveBase = `http://127.0.0.1:${server.addr.port}`;
      for (const reason of ["answered 404", "tar cannot unpack"]) {
        const error = await assertRejects(
          () => installTensorFlow({ cacheFolder: cache, archiveBase }),
          Error,
          reason,
        );
        assertStringIncludes(error.message, "pip: no pip was found");
        assert(!error.message.includes("\n"));
        assertEquals([...Deno.readDirSync(cache)], []);
      }
    } finally {
      await server.shutdown();
    }
  }));

Deno.test("an interrupted installation leaves nothing, a killed one is cleaned up by the next", () =>
  isolated(async ({ cache, bin, root }) => {
    fakePip(bin, `echo started > "${root}/started"; exec sleep 60`);
    const controller = new AbortController();
    const installing = installTensorFlow({ cacheFolder: cache, signal: controller.signal });
    const isWaiting = () => {
      try {
        return !Deno.statSync(join(root, "started")).isFile;
      } catch {
        return true;
      }
    };
    while (isWaiting()) await new Promise((resolve) => setTimeout(resolve, 10));
    assertEquals(findLibrary(cache), undefined);
    controller.abort();
    await assertRejects(() => installing);
    assertEquals([...Deno.readDirSync(cache)], []);

    Deno.mkdirSync(join(cache, "libtensorflow-2.21.0.partial-999999999", "tensorflow"), { recursive: true });
    Deno.writeFileSync(join(root, "tf.whl"), wheel("tensorflow_cpu-2.21.0", TENSORFLOW_FILES));
    fakePip(bin, `cp "${root}/tf.whl" "$DEST/tf.whl"`);
    await installTensorFlow({ cacheFolder: cache });
    assertEquals([...Deno.readDirSync(cache)].map(({ name }) => name), ["libtensorflow-2.21.0"]);
  }));

Deno.test("SOMNIUM_LIBTENSORFLOW names a folder or the file itself, and comes first", () =>
  isolated(async ({ root, cache }) => {
    Deno.env.set("SOMNIUM_LIBTENSORFLOW", root);
    assertThrows(() => findLibrary(cache), Error, root);
    await Deno.mkdir(join(root, "lib"));
    await Deno.writeTextFile(join(root, "lib", LIBRARY), "");
    const found = { path: join(root, "lib", LIBRARY), source: "environment" };
    assertEquals(findLibrary(cache) as unknown, found);
    Deno.env.set("SOMNIUM_LIBTENSORFLOW", found.path);
    assertEquals(findLibrary(cache) as unknown, found);
  }));

Deno.test("an installed Python TensorFlow is found without loading it", () =>
  isolated(async ({ root, bin, cache }) => {
    await Deno.mkdir(join(root, "site-packages", "tensorflow"), { recursive: true });
    await Deno.writeTextFile(join(root, "site-packages", "tensorflow", LIBRARY), "");
    await Deno.writeTextFile(
      join(bin, "python3"),
      `#!/bin/sh\necho "${root}/site-packages/tensorflow"\n`,
      { mode: 0o755 },
    );
    assertEquals(findLibrary(cache), {
      path: join(root, "site-packages/tensorflow", LIBRARY),
      source: "python",
    });
  }));

Deno.test("unzip refuses what is no archive, or would write elsewhere", () =>
  isolated(async ({ root }) => {
    const archive = join(root, "a.zip");
    await Deno.writeTextFile(archive, "no archive at all");
    await assertRejects(() => unzip(archive, root), Error, "expected a zip archive");
    await Deno.writeFile(archive, zip({ "../outside": "x" }));
    await assertRejects(() => unzip(archive, root), Error, "outside of the folder");
    const damaged = zip({ "a.txt": "some text ".repeat(50) });
    damaged.fill(255, 36, 50);
    await Deno.writeFile(archive, damaged);
    await assertRejects(() => unzip(archive, root), Error, '"a.txt"');
  }));
