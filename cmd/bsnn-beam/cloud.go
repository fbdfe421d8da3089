//go:build cloud

package main

// Output folders gs://… and s3://…, whose libraries are large: go build -tags cloud.
import (
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/gcs"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/s3"
)
