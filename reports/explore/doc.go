// Package explore answers what a page asks while somebody types: what an activation and a network of blocks do to signals and
// gradients, with curves, causes and cures, and a live simulation with its verdict.
//
//   - [Query]: what is on the page; [ParseQuery] reads it from a link, [Query.Link] writes it
//   - [Explorer]: [Explorer.Answer] by quadrature at once, and by proof; [Explorer.Run] streams a simulation; [Explorer.Report] is a page
//     to keep
//   - [Limits]: how large a live run may be
//   - [NewHandler]: the page and its answers over HTTP, for one machine; [Static]: its files for any web host, with the program of
//     cmd/bsnn-site in the place of a server
//
// Both ways ask the same methods, so nothing is answered in two ways.
package explore
