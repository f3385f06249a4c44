// Package page is the one design of all pages: their style, their small pictures, and numbers and dates as a locale writes
// them.
//
// In goes a template and what it draws; out comes one HTML file that runs no script, asks nobody for anything and stays under
// [Limit]. It must never trust a text: whatever stands in a value is shown, not obeyed.
package page
