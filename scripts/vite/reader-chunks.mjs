/**
 * Names the files of readers that few visitors need (PDF, Parquet, e-mail, ...), so that they lie in a folder of
 * their own: the service worker keeps what is in it when it is first used, not at the first visit.
 */
const readers =
  /\/src\/data\/read\/(formats|archives)\/|\/node_modules\/(unpdf|postal-mime|htmlparser2|entities|dom[a-z]+|hyparquet[a-z-]*|hysnappy|fzstd|fflate)\//;

/** For `output.chunkFileNames`. */
export const chunkFileNames = ({ moduleIds }) =>
  moduleIds.length > 0 && moduleIds.every((id) => readers.test(id.replaceAll("\\", "/")))
    ? "assets/readers/[name]-[hash].js"
    : "assets/[name]-[hash].js";
