package timers_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
	"github.com/rapport-go/rapport/examples/postgres/timers"
)

const (
	crashEnv       = "TIMERS_CRASH_CHILD"
	crashSchemaEnv = "TIMERS_CRASH_SCHEMA"
)

// sleeper writes, says so, and never comes to an end.
type sleeper struct{}

func (sleeper) Wake(ctx context.Context, tx pgx.Tx, s timers.Subject, _ time.Time) (time.Time, bool, error) {
	if _, err := tx.Exec(ctx, `INSERT INTO rung VALUES ($1)`, s.ID); err != nil {
		fmt.Println("write:", err)
	}
	fmt.Println("in the middle")
	select {}
}

// crashChild runs jobs until it is killed.
func crashChild(dsn string) {
	p, err := testserver.Pool(context.Background(), dsn, os.Getenv(crashSchemaEnv), 8)
	if err == nil {
		var tm *timers.Timers
		if tm, err = timers.New(p, nil); err == nil {
			tm.Handle(kindBell, sleeper{})
			err = tm.Start(context.Background())
		}
	}
	if err != nil {
		fmt.Println("open:", err)
		os.Exit(1)
	}
	select {}
}

// A worker that is killed in the middle of a job leaves nothing of it; another is given
// the job again and does it once.
func TestWorkerKilledInMidJob(t *testing.T) {
	t.Parallel()
	schema := shared.Schema(t, migrations...)
	p := shared.Connect(t, schema, 10)
	_, err := p.Exec(t.Context(), `CREATE TABLE rung (id text NOT NULL)`)
	require.NoError(t, err)
	b := &bell{}
	tm, err := timers.New(p, &timers.Options{Timeout: time.Second, RescueAfter: time.Second, Retry: 10 * time.Millisecond})
	require.NoError(t, err)
	tm.Handle(kindBell, b)
	inTx(t, p, func(tx pgx.Tx) error {
		return tm.Set(t.Context(), tx, timers.Subject{Kind: kindBell, ID: "a"}, time.Now().Add(-time.Minute))
	})

	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), crashEnv+"="+shared.Need(t), crashSchemaEnv+"="+schema)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "in the middle\n", line)
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait(), "it was killed")
	require.Zero(t, rung(t, p))
	require.Equal(t, map[string]int{"running": 1}, jobs(t, p), "River does not know yet")

	start(t, tm) // leads, once the dead one's term has ended, and then looks for jobs of the dead
	require.Eventually(t, func() bool { return jobs(t, p)["completed"] == 1 }, 120*time.Second, 50*time.Millisecond)
	require.Equal(t, 1, rung(t, p))
	require.Len(t, b.woken, 1)
	var attempts int
	require.NoError(t, p.QueryRow(t.Context(), `SELECT attempt FROM river_job`).Scan(&attempts))
	require.Equal(t, 2, attempts)
}
