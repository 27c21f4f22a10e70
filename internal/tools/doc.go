// Package tools pins the tools that check this repository, apart from the
// library's own modules. They run from the repository's root as
//
//	go tool -modfile=internal/tools/go.mod staticcheck ./...
package tools
