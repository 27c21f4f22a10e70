package fold_test

import (
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/beam/fold"
)

// tally counts rows. It has all that an accumulator has, and nobody registered it.
type tally struct{ n int64 }

// Merge adds.
func (t *tally) Merge(o tally) { t.n += o.n }

// MarshalBinary writes the count.
func (t *tally) MarshalBinary() ([]byte, error) { return binary.AppendVarint(nil, t.n), nil }

// UnmarshalBinary reads the count.
func (t *tally) UnmarshalBinary(data []byte) error {
	t.n, _ = binary.Varint(data)
	return nil
}

// countRows is a combine function as one writes it without package fold.
type countRows struct{}

// CreateAccumulator is none.
func (*countRows) CreateAccumulator() tally { return tally{} }

// AddInput counts.
func (*countRows) AddInput(t tally, _ Row) tally { return tally{t.n + 1} }

// MergeAccumulators adds.
func (*countRows) MergeAccumulators(a, b tally) tally {
	a.Merge(b)
	return a
}

// ExtractOutput is the count.
func (*countRows) ExtractOutput(t tally) int64 { return t.n }

// asTallies makes an unregistered accumulator an element.
type asTallies struct{}

// ProcessElement makes one.
func (asTallies) ProcessElement(Row) tally { return tally{1} }

func inDigits(n int64) string { return strconv.FormatInt(n, 10) }

func init() {
	register.Combiner3[tally, Row, int64](&countRows{})
	beam.RegisterDoFn(reflect.TypeFor[asTallies]())
	register.Function1x1(inDigits)
}

func counting(path string) *beam.Pipeline {
	p, s := beam.NewPipelineWithRoot()
	rows := beam.ParDo(s, &makeRows{}, beam.CreateList(s, []Shard{{1, 60}, {2, 40}}))
	textio.Write(s, path, beam.ParDo(s, inDigits, beam.Combine(s, &countRows{}, rows)))
	return p
}

// This is why the package exists: 100 rows are counted as 0 without an error. If this
// ever fails, Beam has learnt to write such types and the trap is gone.
func TestUnregisteredAccumulatorBecomesZero(t *testing.T) {
	prism(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	path := filepath.Join(t.TempDir(), "count")
	_, err := beam.Run(ctx, "prism", counting(path))
	require.NoError(t, err)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "0", strings.TrimSpace(string(text)))
}

func TestUnregisteredAccumulatorIsCaughtBeforeItRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "count")
	_, err := fold.Run(t.Context(), "no such runner: nothing may run", counting(path))
	require.ErrorIs(t, err, fold.ErrLosesState)
	var loss *fold.LossError
	require.ErrorAs(t, err, &loss)
	require.Equal(t, "fold_test.tally", loss.Type.String())
	require.Equal(t, "tally.n", loss.Field)
	require.Contains(t, err.Error(), "accumulator of")
	require.NoFileExists(t, path)
}

func TestUnregisteredElementIsCaught(t *testing.T) {
	t.Parallel()
	p, s := beam.NewPipelineWithRoot()
	rows := beam.ParDo(s, &makeRows{}, beam.CreateList(s, []Shard{{1, 2}}))
	beam.ParDo(s, &asTallies{}, rows)
	require.ErrorIs(t, fold.Check(p), fold.ErrLosesState)
	require.ErrorContains(t, fold.Check(p), "elements of a collection")
}

func TestSoundPipelineIsNotRefused(t *testing.T) {
	t.Parallel()
	p, s := beam.NewPipelineWithRoot()
	rows := beam.ParDo(s, &makeRows{}, beam.CreateList(s, []Shard{{1, 2}}))
	for _, subject := range subjects {
		subject.combined(s, rows)
	}
	require.NoError(t, fold.Check(p))
}
