package loyaltystore_test

import (
	"os"
	"testing"

	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
)

// shared is the server of this run.
var shared *testserver.Shared

// TestMain is also the writer that the crash test kills.
func TestMain(m *testing.M) {
	if dsn := os.Getenv(crashEnv); dsn != "" {
		crashChild(dsn)
		return
	}
	shared = testserver.Share()
	code := m.Run()
	shared.Close()
	os.Exit(code)
}
