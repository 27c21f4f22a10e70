package consentstore_test

import (
	"os"
	"testing"

	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
)

// shared is the server of this run.
var shared *testserver.Shared

func TestMain(m *testing.M) {
	shared = testserver.Share()
	code := m.Run()
	shared.Close()
	os.Exit(code)
}
