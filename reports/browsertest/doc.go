// Package browsertest opens a report in a real browser: headless Chromium,
// where there is one.
//
//	go test .                                    # a small report
//	BSNN_REPORT=DIR go test .                    # the report in DIR
//
// The pictures of every kind of page in the documentation are made again by
//
//	BSNN_SCREENSHOTS=../../docs/screens go test . -run Screenshots -timeout 20m
//
// BSNN_BROWSER names the browser's program where it has an unusual name.
package browsertest
