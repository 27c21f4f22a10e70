// Package bench holds rapport beside other Go libraries: benchmarks that run both
// on the same work, and tests that say where the answers agree. It is a module of
// its own, so that the core never sees its peers.
//
//	cd internal/bench && go test -bench . -benchtime 1s
package bench
