package customerstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/examples/postgres/customerstore"
	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
)

var master = []byte("master key of the tests, 32 bytes")[:32]

// person is somebody who was two customers, with a canary in everything personal. It
// gives the canaries that stand in the histories.
func person(t *testing.T, d *customer.Directory) []string {
	t.Helper()
	n := 0
	request := func(id customer.ID) customer.Request {
		n++
		return customer.Request{Key: fmt.Sprint("person ", n), ID: id, At: start.Add(time.Duration(n) * time.Minute)}
	}
	do := func(id customer.ID, cmd customer.Command) {
		_, err := d.Do(t.Context(), request(id), cmd)
		require.NoError(t, err)
	}
	email, err := customer.NewEmail("canary-mail@example.org")
	require.NoError(t, err)
	second, err := customer.NewEmail("canary-two@example.org")
	require.NoError(t, err)
	do("p", customer.Created{Kind: customer.Person})
	do("p", customer.NameAdded{Name: customer.Name{Full: "Canary-Name"}})
	do("p", customer.PointAdded{Point: email})
	do("p", customer.ConsentRecorded{Record: customer.ConsentRecord{
		Type: customer.Granted, Purpose: customer.Marketing, Channel: customer.ByEmail, Point: email.Canonical, Basis: customer.BasisConsent,
		At: start, Proof: &customer.Proof{Method: "web_form", Ref: "canary-proof"},
	}})
	do("q", customer.Created{Kind: customer.Person})
	do("q", customer.PointAdded{Point: second})
	_, _, err = d.Merge(t.Context(), request("p"), "q", nil)
	require.NoError(t, err)
	do("q", customer.Tagged{Tag: "canary-tag"})
	do("bystander", customer.Created{Kind: customer.Person})
	do("bystander", customer.NameAdded{Name: customer.Name{Full: "Somebody-Else"}})
	return []string{"canary-mail", "Canary-Name", "canary-proof", "canary-two", "canary-tag"}
}

// An erasure takes the person's bytes out of every table, whatever they were stored as,
// and the suppressed points stay suppressed.
func TestErasureEmptiesTheTables(t *testing.T) {
	t.Parallel()
	p := shared.Fresh(t, 4, customerstore.Migrate)
	d := &customer.Directory{Store: customerstore.New(p, nil), Salt: salt}
	canaries := person(t, d)
	before := string(tables(t, p))
	for _, canary := range canaries {
		require.Contains(t, before, canary)
	}
	receipt, err := d.Erase(t.Context(), customer.Request{Key: "erase", ID: "q", At: start.Add(time.Hour)}, nil)
	require.NoError(t, err)
	require.Len(t, receipt.Suppressed, 2)
	after := strings.ToLower(string(tables(t, p)))
	for _, canary := range canaries {
		require.NotContains(t, after, strings.ToLower(canary))
	}
	require.Contains(t, after, "somebody-else")
	for _, id := range []customer.ID{"p", "q"} {
		gone, err := d.Load(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, customer.IsErased, gone.State)
	}
	email, err := customer.NewEmail("canary-mail@example.org")
	require.NoError(t, err)
	hash, err := customer.HashPoint(salt, email.Ref())
	require.NoError(t, err)
	yes, err := d.Store.Suppressed(t.Context(), hash)
	require.NoError(t, err)
	require.True(t, yes)
}

// needOwnServer starts a server whose disk the test may read, on a schema of its own.
func needOwnServer(t *testing.T) (*testserver.Server, *pgxpool.Pool) {
	t.Helper()
	if shared.Need(t); shared.Own == nil {
		t.Skipf("the disk of the server of %s is not ours to read", testserver.DSNEnv)
	}
	own, err := testserver.Start()
	require.NoError(t, err)
	t.Cleanup(own.Remove)
	p, err := testserver.Pool(t.Context(), own.DSN, "public", 4)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	require.NoError(t, customerstore.Migrate(t.Context(), p))
	return own, p
}

func onDisk(t *testing.T, own *testserver.Server, p *pgxpool.Pool, text string) (inTables, inLog []string) {
	t.Helper()
	_, err := p.Exec(t.Context(), `CHECKPOINT`)
	require.NoError(t, err)
	files, err := own.Files(text)
	require.NoError(t, err)
	for _, name := range files {
		if strings.HasPrefix(name, "pg_wal") {
			inLog = append(inLog, name)
		} else {
			inTables = append(inTables, name)
		}
	}
	return inTables, inLog
}

// Without a sealer, the old bytes are in the files of the table until Rewrite, and
// longer in the log: what doc.go says about copies.
func TestErasureOnTheDisk(t *testing.T) {
	t.Parallel()
	own, p := needOwnServer(t)
	d := &customer.Directory{Store: customerstore.New(p, nil), Salt: salt}
	canaries := person(t, d)
	files, log := onDisk(t, own, p, "canary-mail")
	require.NotEmpty(t, files)
	require.NotEmpty(t, log)
	_, err := d.Erase(t.Context(), customer.Request{Key: "erase", ID: "p", At: start.Add(time.Hour)}, nil)
	require.NoError(t, err)
	files, _ = onDisk(t, own, p, "canary-mail")
	t.Logf("after the erasure, before Rewrite: %q", files)
	require.NoError(t, customerstore.Rewrite(t.Context(), p))
	for _, canary := range canaries {
		files, log := onDisk(t, own, p, canary)
		require.Empty(t, files, canary)
		t.Logf("%s is still in %d segments of the log", canary, len(log))
	}
}

// With keys no personal text reaches the disk at any time, and a copy of the tables
// from before the erasure is of no use after it.
func TestSealedErasure(t *testing.T) {
	t.Parallel()
	own, p := needOwnServer(t)
	keys, err := customerstore.NewKeys(p, master, nil)
	require.NoError(t, err)
	s := customerstore.New(p, nil)
	d := &customer.Directory{Store: s, Salt: salt, Sealer: keys}
	canaries := append(person(t, d), "Somebody-Else")
	for _, canary := range canaries {
		files, log := onDisk(t, own, p, canary)
		require.Empty(t, slices.Concat(files, log), canary)
	}
	backup := slices.Concat(entries(t, s, "p"), entries(t, s, "q"))
	_, err = customer.Decode(t.Context(), backup[1], keys)
	require.NoError(t, err)

	receipt, err := d.Erase(t.Context(), customer.Request{Key: "erase", ID: "p", At: start.Add(time.Hour)}, nil)
	require.NoError(t, err)
	for _, e := range backup {
		event, err := customer.Decode(t.Context(), e, keys)
		require.NoError(t, err)
		require.Equal(t, customer.Scrubbed{Kind: e.Kind}, event.Body, "revision %d of %s, from the backup", e.Revision, e.Customer)
	}
	again, err := d.Erase(t.Context(), customer.Request{Key: "erase", ID: "p", At: start.Add(time.Hour)}, nil)
	require.NoError(t, err)
	require.Equal(t, receipt.ID, again.ID)
	other, err := d.Load(t.Context(), "bystander")
	require.NoError(t, err)
	require.Equal(t, "Somebody-Else", other.Names[0].Full)
}

// The promises of customer.Sealer, and those of Keys.
func TestKeys(t *testing.T) {
	t.Parallel()
	p := shared.Fresh(t, 4, customerstore.Migrate)
	ctx := t.Context()
	keys, err := customerstore.NewKeys(p, master, nil)
	require.NoError(t, err)
	_, err = customerstore.NewKeys(p, master[1:], nil)
	require.ErrorContains(t, err, "32 bytes")

	sealed, err := keys.Seal(ctx, "a", []byte("text"), []byte("frame"))
	require.NoError(t, err)
	twin, err := keys.Seal(ctx, "a", []byte("text"), []byte("frame"))
	require.NoError(t, err)
	require.NotEqual(t, sealed, twin)
	plain, err := keys.Open(ctx, "a", sealed, []byte("frame"))
	require.NoError(t, err)
	require.Equal(t, "text", string(plain))
	_, err = keys.Seal(ctx, "b", []byte("other"), nil)
	require.NoError(t, err)
	for _, row := range []struct {
		name           string
		subject, frame string
		sealed         []byte
	}{
		{name: "another frame", subject: "a", frame: "other", sealed: sealed},
		{name: "another subject", subject: "b", frame: "frame", sealed: sealed},
		{name: "nobody", subject: "nobody", frame: "frame", sealed: sealed},
		{name: "a changed byte", subject: "a", frame: "frame", sealed: append([]byte{sealed[0] + 1}, sealed[1:]...)},
		{name: "nothing", subject: "a", frame: "frame"},
	} {
		_, err := keys.Open(ctx, customer.ID(row.subject), row.sealed, []byte(row.frame))
		require.Error(t, err, row.name)
		require.NotErrorIs(t, err, customer.ErrKeyDestroyed, row.name)
	}

	remembering := keys.Remember()
	for range 2 {
		plain, err = remembering.Open(ctx, "a", sealed, []byte("frame"))
		require.NoError(t, err)
		require.Equal(t, "text", string(plain))
	}

	boom := errors.New("undone")
	err = pgx.BeginFunc(ctx, p, func(tx pgx.Tx) error {
		require.NoError(t, keys.In(tx).Destroy(ctx, "a"))
		return boom
	})
	require.ErrorIs(t, err, boom)
	_, err = keys.Open(ctx, "a", sealed, []byte("frame"))
	require.NoError(t, err, "a destruction that was undone is none")

	next := []byte(strings.Repeat("n", 32))
	err = pgx.BeginFunc(ctx, p, func(tx pgx.Tx) error {
		n, err := keys.Rewrap(ctx, tx, next)
		require.Equal(t, 2, n)
		return err
	})
	require.NoError(t, err)
	_, err = keys.Open(ctx, "a", sealed, []byte("frame"))
	require.Error(t, err, "the old master key opens nothing")
	rewrapped, err := customerstore.NewKeys(p, next, nil)
	require.NoError(t, err)
	plain, err = rewrapped.Open(ctx, "a", sealed, []byte("frame"))
	require.NoError(t, err)
	require.Equal(t, "text", string(plain))

	for range 2 {
		require.NoError(t, rewrapped.Destroy(ctx, "a"))
		_, err = rewrapped.Open(ctx, "a", sealed, []byte("frame"))
		require.ErrorIs(t, err, customer.ErrKeyDestroyed)
		_, err = rewrapped.Seal(ctx, "a", []byte("text"), nil)
		require.ErrorIs(t, err, customer.ErrKeyDestroyed, "and no new one is made")
	}
	require.NoError(t, rewrapped.Destroy(ctx, "never"))
	_, err = rewrapped.Seal(ctx, "never", nil, nil)
	require.ErrorIs(t, err, customer.ErrKeyDestroyed)
	require.NoError(t, rewrapped.Remember().Destroy(context.Background(), "b"))
}
