// Package media keeps images that editors upload or the demo brings, and copies
// of the files that stand elsewhere: pictures, sound, film and others.
//
// A file is known by the SHA-256 of its bytes and has one address for ever,
// /media/<hash>/<name>, which may be cached without end. Storing the same bytes
// again changes nothing and answers the first address.
//
// Promises.
//
//   - Of what is sent only PNG, JPEG, WebP, GIF and SVG are stored, told by their
//     bytes and not by what the sender says; what is refused leaves nothing behind.
//   - From strangers only pictures are copied, icons and AVIF among them, up to 20
//     MiB, and no private address is asked. The configured Ghost may be at one; its
//     sound, film and files are copied as well, up to 512 MiB, through a file on
//     disk and never whole in memory.
//   - Browsers get pictures, sound and film to show, in parts if they ask for
//     parts. Everything else is sent for keeping (Content-Disposition), and what a
//     browser would run, or nobody knows, as application/octet-stream.
//   - Sizes are read from the header, as the image is shown (Exif's orientation
//     taken in), and one of more than 40 megapixels is refused.
//   - A PNG, JPEG or WebP can be had in the widths of urls.ImageWidths, as WebP,
//     under the image's address with w800.webp in place of its name: upright, in
//     its own colours, never wider than it is and never more bytes. All widths are
//     made when one is first asked for and kept by their own hash. Two images are
//     read whole at a time, none of more than 25 megapixels; what is larger,
//     broken or moves is shown as it came.
//   - An SVG is stored as it came or not at all: no scripts, no handlers, no
//     foreign content, nothing fetched from elsewhere, no document type. It is
//     served with a policy that would let none of it run.
//   - The bytes are safe on disk before the register names them.
//
// Bytes are kept by a [Store]; [Directory] is one. The register is the table
// media.objects; what media.resized names can be made again from that. Other
// domains get images through [Service.Save] and copies through [Service.KeepFrom].
package media
