package fold_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/direct"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/beam/fold"
	"github.com/rapport-go/rapport/examples/beam/local"
)

// Shard is a number of rows that a worker makes. It may be none.
type Shard struct {
	Seed uint64
	Rows int
}

func (s Shard) rows() []Row {
	random := rand.New(rand.NewPCG(s.Seed, 1))
	rows := make([]Row, s.Rows)
	for i := range rows {
		rows[i].N = random.Int64N(1 << 40)
	}
	return rows
}

// makeRows gives a shard's rows.
type makeRows struct{}

// ProcessElement gives the rows one by one.
func (makeRows) ProcessElement(s Shard, emit func(Row)) {
	for _, row := range s.rows() {
		emit(row)
	}
}

// deal gives each row one of so many keys, to be grouped by.
type deal struct{ Keys int64 }

// ProcessElement gives the row its key.
func (d *deal) ProcessElement(row Row) (int64, Row) { return row.draw(77, d.Keys), row }

// undeal gives the rows of a key.
type undeal struct{}

// ProcessElement gives the rows one by one.
func (undeal) ProcessElement(_ int64, rows func(*Row) bool, emit func(Row)) {
	for row := (Row{}); rows(&row); {
		emit(row)
	}
}

func init() {
	beam.RegisterDoFn(reflect.TypeFor[makeRows]())
	beam.RegisterDoFn(reflect.TypeFor[deal]())
	beam.RegisterDoFn(reflect.TypeFor[undeal]())
	register.Emitter1[Row]()
	register.Iter1[Row]()
}

func prism(t *testing.T) {
	t.Helper()
	server, err := local.Start(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
}

func TestPipelinesGiveOnePass(t *testing.T) {
	prism(t)
	shards := []Shard{{1, 700}, {2, 0}, {3, 1}, {4, 299}, {5, 0}}
	for _, c := range []struct {
		name, runner string
		spread       func(beam.Scope, beam.PCollection) beam.PCollection
	}{
		{"as it comes", "prism", func(_ beam.Scope, rows beam.PCollection) beam.PCollection { return rows }},
		{"reshuffled", "prism", beam.Reshuffle},
		{"grouped by 3 keys", "prism", grouped(3)},
		{"grouped by 500 keys", "prism", grouped(500)},
		{"direct runner", "direct", grouped(10)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := figures(t, c.runner, shards, c.spread)
			var rows []Row
			for _, s := range shards {
				rows = append(rows, s.rows()...)
			}
			require.Len(t, got, len(subjects))
			for _, s := range subjects {
				want, err := s.onePass(rows)
				require.NoError(t, err)
				require.Equal(t, want, got[fold.Figure{Name: s.of.String()}], "%v", s.of)
			}
		})
	}
}

func grouped(keys int64) func(beam.Scope, beam.PCollection) beam.PCollection {
	return func(s beam.Scope, rows beam.PCollection) beam.PCollection {
		return beam.ParDo(s, &undeal{}, beam.GroupByKey(s, beam.ParDo(s, &deal{Keys: keys}, rows)))
	}
}

func figures(t *testing.T, runner string, shards []Shard, spread func(beam.Scope, beam.PCollection) beam.PCollection) map[fold.Figure][]byte {
	t.Helper()
	p, s := beam.NewPipelineWithRoot()
	rows := spread(s, beam.ParDo(s, &makeRows{}, beam.CreateList(s, shards)))
	var lines []beam.PCollection
	for _, subject := range subjects {
		lines = append(lines, subject.combined(s.Scope(subject.of.String()), rows))
	}
	path := filepath.Join(t.TempDir(), "figures")
	textio.Write(s, path, beam.Flatten(s, lines...))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := fold.Run(ctx, runner, p)
	require.NoError(t, err)
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close() //nolint:errcheck // read only
	found, err := fold.ReadLines(f)
	require.NoError(t, err)
	return found
}
