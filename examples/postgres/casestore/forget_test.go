package casestore_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/postgres/casestore"
	"github.com/rapport-go/rapport/examples/postgres/internal/testserver"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/interaction/interactiontest"
)

// The cases of a person are gone from the tables and, after Rewrite, from their files;
// those of others stay, and a late repetition brings none back.
func TestForget(t *testing.T) {
	t.Parallel()
	if shared.Need(t); shared.Own == nil {
		t.Skipf("the disk of the server of %s is not ours to read", testserver.DSNEnv)
	}
	p := shared.Fresh(t, 4, casestore.Migrate)
	s := casestore.New(p, nil)
	story := interactiontest.Story("c1", "canary-one")
	for i, b := range []interaction.CaseBatch{
		{Case: "c1", Events: story},
		{Case: "c2", Events: interactiontest.Story("c2", "canary-two")},
		{Case: "c3", Events: interactiontest.Story("c3", "somebody-else")},
	} {
		require.NoError(t, s.AppendCases(t.Context(), []string{"k1", "k2", "k3"}[i], b))
	}
	forget := func(fail error) (ids []string, err error) {
		err = pgx.BeginFunc(t.Context(), p, func(tx pgx.Tx) (err error) {
			ids, err = casestore.Forget(t.Context(), tx, nil, "canary-one", "canary-two")
			return errors.Join(err, fail)
		})
		return ids, err
	}
	boom := errors.New("undone")
	_, err := forget(boom)
	require.ErrorIs(t, err, boom)
	_, err = s.LoadCase(t.Context(), "c1")
	require.NoError(t, err)
	ids, err := forget(nil)
	require.NoError(t, err)
	require.Equal(t, []string{"c1", "c2"}, ids)
	ids, err = forget(nil)
	require.NoError(t, err)
	require.Empty(t, ids)
	_, err = s.LoadCase(t.Context(), "c1")
	require.ErrorIs(t, err, interaction.ErrUnknown)
	_, err = s.LoadCase(t.Context(), "c3")
	require.NoError(t, err)
	require.NoError(t, s.AppendCases(t.Context(), "k1", interaction.CaseBatch{Case: "c1", Events: story}), "known, and nothing is written")
	_, err = s.LoadCase(t.Context(), "c1")
	require.ErrorIs(t, err, interaction.ErrUnknown)

	require.NoError(t, casestore.Rewrite(t.Context(), p))
	_, err = p.Exec(t.Context(), `CHECKPOINT`)
	require.NoError(t, err)
	files, err := shared.Own.Files("canary-one")
	require.NoError(t, err)
	for _, name := range files {
		require.Contains(t, name, "pg_wal", "the log keeps it for a while")
	}
}
