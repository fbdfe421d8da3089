// Package browsertest opens a report in a real browser: headless Chromium,
// where there is one.
//
//	go test .                                    # a small report
//	BSNN_REPORT=DIR go test .                    # the report in DIR
//	BSNN_SCREENSHOTS=../../docs go test .        # and pictures of it
//
// BSNN_BROWSER names the browser's program where it has an unusual name.
package browsertest
