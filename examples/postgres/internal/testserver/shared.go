package testserver

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// Shared is the server that the tests of one package use side by side, each in a
// schema of its own.
type Shared struct {
	Own *Server // nil where the server was given, or where there is none

	dsn     string
	err     error // why there is none
	schemas atomic.Int64
}

// Share takes the server that DSNEnv names, or starts one. Close it when the tests
// have ended.
func Share() *Shared {
	s := &Shared{dsn: os.Getenv(DSNEnv)}
	if s.dsn == "" {
		if s.Own, s.err = Start(); s.err == nil {
			s.dsn = s.Own.DSN
		}
	}
	return s
}

// Close removes a server that Share started.
func (s *Shared) Close() {
	if s.Own != nil {
		s.Own.Remove()
	}
}

// Need is how to connect; it skips a test where there is no server.
func (s *Shared) Need(tb testing.TB) string {
	tb.Helper()
	if s.err != nil {
		tb.Skipf("no PostgreSQL: %v; set %s to the address of one", s.err, DSNEnv)
	}
	return s.dsn
}

// Migrate makes the tables of a package.
type Migrate func(ctx context.Context, pool *pgxpool.Pool) error

// Schema makes a schema with tables in it, which goes when the test has ended. Every
// migration is applied twice: the second time there is nothing to do.
func (s *Shared) Schema(tb testing.TB, migrations ...Migrate) string {
	tb.Helper()
	dsn, ctx := s.Need(tb), context.Background()
	schema := fmt.Sprintf("rapport_%d_%d", os.Getpid(), s.schemas.Add(1))
	require.NoError(tb, execute(ctx, dsn, `CREATE SCHEMA `+schema))
	tb.Cleanup(func() { _ = execute(ctx, dsn, `DROP SCHEMA `+schema+` CASCADE`) }) // the server may have gone, and the schema with it
	pool, err := Pool(ctx, dsn, schema, 2)
	require.NoError(tb, err)
	defer pool.Close()
	for _, migrate := range migrations {
		require.NoError(tb, migrate(ctx, pool))
		require.NoError(tb, migrate(ctx, pool), "a second time is nothing to do")
	}
	return schema
}

// Connect opens a pool on a schema, which is closed when the test has ended.
func (s *Shared) Connect(tb testing.TB, schema string, size int32) *pgxpool.Pool {
	tb.Helper()
	pool, err := Pool(context.Background(), s.Need(tb), schema, size)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	return pool
}

// Fresh is a pool on a new schema with tables in it.
func (s *Shared) Fresh(tb testing.TB, size int32, migrations ...Migrate) *pgxpool.Pool {
	tb.Helper()
	return s.Connect(tb, s.Schema(tb, migrations...), size)
}

// Pool opens connections to a server that look for tables in one schema.
func Pool(ctx context.Context, dsn, schema string, size int32) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	config.MaxConns = size
	config.ConnConfig.RuntimeParams["search_path"] = schema
	return pgxpool.NewWithConfig(ctx, config)
}

func execute(ctx context.Context, dsn, text string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, text)
	return err
}
