// Package properties turns the statements of package theorem into claims that
// can be tested: go test ./properties validates the theory, and a [Claim]
// tests any activation at any width and depth with a known error probability.
package properties
