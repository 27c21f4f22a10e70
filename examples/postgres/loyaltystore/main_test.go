package loyaltystore_test

import (
	"os"
	"testing"

	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
)

// shared is the server of this run, or why there is none.
var shared struct {
	dsn string
	own *testserver.Server // nil when the server was given
	err error
}

// TestMain is also the writer that the crash test kills.
func TestMain(m *testing.M) {
	if dsn := os.Getenv(crashEnv); dsn != "" {
		crashChild(dsn)
		return
	}
	if shared.dsn = os.Getenv(testserver.DSNEnv); shared.dsn == "" {
		shared.own, shared.err = testserver.Start()
		if shared.own != nil {
			shared.dsn = shared.own.DSN
		}
	}
	code := m.Run()
	if shared.own != nil {
		shared.own.Remove()
	}
	os.Exit(code)
}

// needServer skips a test where there is no server.
func needServer(tb testing.TB) string {
	tb.Helper()
	if shared.err != nil {
		tb.Skipf("no PostgreSQL: %v; set %s to the address of one", shared.err, testserver.DSNEnv)
	}
	return shared.dsn
}
