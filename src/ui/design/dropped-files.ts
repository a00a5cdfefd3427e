/** What was dropped, as files: folders are walked to their end. Order as the browser gives it. */

/** `webkitGetAsEntry` must be asked before the first await: the transfer is emptied afterwards. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => (item.kind === "file" ? item.webkitGetAsEntry() : null));
  const plain = [...transfer.files];
  if (entries.every((entry) => entry === null)) return plain;
  const files: File[] = [];
  for (const entry of entries) if (entry !== null) await walk(entry, files);
  return files;
}

async function walk(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    // Browsers fill this in for picked folders only; with it, files of one name in two folders stay apart.
    const path = entry.fullPath.replace(/^\//, "");
    files.push(path.includes("/") ? Object.defineProperty(file, "webkitRelativePath", { value: path }) : file);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // Browsers give a folder in portions of about a hundred; an empty portion is the end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return;
    for (const child of portion) if (!child.name.startsWith(".")) await walk(child, files);
  }
}
