// Package page draws a report: one self-contained HTML page, its pictures as
// SVG, the numbers as CSV and everything together as JSON.
//
//   - [Write] renders a report into a folder, [CheckOutput] says beforehand
//     whether it could.
//   - [Answer] and [Summary] say in a few lines what a report found, and what
//     changed against an older one.
//   - [Columns] describes data.csv.
package page
