/** Hands a file to the reader. */
export function download(
  content: Blob | Uint8Array | string,
  name: string,
  type = "application/octet-stream",
): void {
  const blob = content instanceof Blob ? content : new Blob([content as BlobPart], { type });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
