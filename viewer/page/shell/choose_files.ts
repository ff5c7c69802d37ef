import { openDropped } from "../state/drop.ts";

/** Asks for recordings and opens them. */
export function chooseFiles(): void {
  choose((input) => {
    input.multiple = true;
    input.accept = ".rec";
  });
}

/** Asks for a run's folder and opens it. */
export function chooseFolder(): void {
  choose((input) => input.webkitdirectory = true);
}

function choose(prepare: (input: HTMLInputElement) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  prepare(input);
  input.addEventListener("change", () => {
    const files = [...input.files ?? []].map((file) => [file.webkitRelativePath || file.name, file] as const);
    void openDropped(new Map(files));
  });
  input.click();
}
