package contact

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/culture"
)

// FuzzPack reads packs without the built-in rules before them: what is accepted
// answers, and what is not is ErrPack.
func FuzzPack(f *testing.F) {
	f.Add([]byte(`{"schema":"culture-contact/1","rules":[{"id":"a","kind":"customary","place":"JP","hours":[{"days":"mon-fri","from":"09:00","before":"24:00"}],"avoid":[{"from":"12:00","before":"13:00"}],"text":"x","sources":[{"publisher":"y"}],"as_of":"2026-01-01"}]}`))
	f.Add([]byte(`{"schema":"culture-contact/1","rules":[],"drop":["office"]}`))
	f.Add([]byte(`{"schema":"culture-contact/1","rules":[{"id":"b","kind":"legal","place":"JP-13","never":true,"from":"2026-03-01","citation":"§","text":"x","sources":[{"publisher":"y"}],"as_of":"2026-01-01"}]}`))
	q := Question{Region: language.MustParseRegion("JP"), Purpose: ServiceReply, Channel: Call}
	at := time.Date(2026, 3, 4, 1, 0, 0, 0, time.UTC)
	resolver := culture.Default()
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &Desk{resolver: resolver}
		if err := d.read(fstest.MapFS{packFile: &fstest.MapFile{Data: data}}, "fuzz"); err != nil {
			require.ErrorIs(t, err, culture.ErrPack)
			return
		}
		_, err := d.Decide(q, at)
		require.NoError(t, err)
		next, err := d.Next(q, at)
		if err != nil {
			require.ErrorIs(t, err, ErrClosed)
			return
		}
		require.False(t, next.Start.Before(at))
		require.True(t, next.Start.Before(next.End))
	})
}
