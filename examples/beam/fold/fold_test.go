package fold_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/coder"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/beam/fold"
	"github.com/rapport-go/rapport/metrics"
)

func TestMain(m *testing.M) {
	beam.Init()
	os.Exit(m.Run())
}

const wing = "../../../metrics"

// accumulators are the exported types of the wing with a method Merge, as package.Type,
// read from its source.
func accumulators(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(wing, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "internal" || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			if name, ok := receiver(decl); ok {
				found = append(found, file.Name.Name+"."+name)
			}
		}
		return nil
	})
	require.NoError(t, err)
	return found
}

// receiver is the exported type of which a declaration is the method Merge.
func receiver(decl ast.Decl) (string, bool) {
	f, ok := decl.(*ast.FuncDecl)
	if !ok || f.Recv == nil || f.Name.Name != "Merge" {
		return "", false
	}
	of := f.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	name, ok := of.(*ast.Ident)
	return name.Name, ok && name.IsExported()
}

func TestEveryAccumulatorOfMetricsHasACoder(t *testing.T) {
	t.Parallel()
	want := accumulators(t)
	require.Contains(t, want, "sketch.Moments", "the source was read")
	var have, tested []string
	for _, of := range fold.Registered() {
		if strings.HasPrefix(of.PkgPath(), "github.com/rapport-go/rapport/metrics") {
			have = append(have, of.String())
		}
		for _, at := range []reflect.Type{of, reflect.PointerTo(of)} {
			require.NotNil(t, coder.LookupCustomCoder(at), "%v", at)
		}
	}
	for _, s := range subjects {
		tested = append(tested, s.of.String())
	}
	require.ElementsMatch(t, want, have, "fold.Register in registry.go")
	require.ElementsMatch(t, want, tested, "subjects of these tests")
}

// Any cut into shards, any order of rows and merges, any number of hops through the
// coder, and shards without a row give the bytes of one pass.
func TestAnyShardsGiveOnePass(t *testing.T) {
	t.Parallel()
	for _, s := range subjects {
		t.Run(s.of.String(), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(11, 7))
			for _, n := range []int{0, 1, 2, 40, 300} {
				rows := make([]Row, n)
				for i := range rows {
					rows[i].N = random.Int64N(1 << 40)
				}
				want, err := s.onePass(rows)
				require.NoError(t, err)
				for _, shards := range []int{1, 2, 5, 31} {
					got, err := s.sharded(rows, shards, random)
					require.NoError(t, err)
					require.Equal(t, want, got, "%d rows in %d shards", n, shards)
				}
			}
		})
	}
}

// An accumulator that is an element by itself arrives whole; with another configuration
// than its zero value it is an error and not a figure.
func TestPlainAccumulatorsArriveOrFail(t *testing.T) {
	t.Parallel()
	nps := metrics.NetPromoter{Promoters: 3, Passives: 2, Detractors: 1}
	got, err := carried(reflect.TypeFor[metrics.NetPromoter](), nps)
	require.NoError(t, err)
	require.Equal(t, nps, got)

	var plain metrics.Durations
	require.NoError(t, plain.Add(1))
	got, err = carried(reflect.TypeFor[*metrics.Durations](), &plain)
	require.NoError(t, err)
	require.Equal(t, int64(1), got.(*metrics.Durations).N())

	configured, err := Sample[metrics.Retention]{}.Empty()
	require.NoError(t, err)
	_, err = carried(reflect.TypeFor[*metrics.Retention](), configured)
	require.ErrorIs(t, err, metrics.ErrConfig)

	_, err = carried(reflect.TypeFor[*metrics.Retention](), (*metrics.Retention)(nil))
	require.ErrorContains(t, err, "nil")
}

type (
	mute     struct{ n int64 }                     // no way to write itself
	halfway  struct{ n int64 }                     // only one of the two ways
	unmerged struct{ N int64 }                     // no Merge
	nested   struct{ Inner struct{ Deep []mute } } // hidden further down
)

func (m *mute) Merge(o mute)                     { m.n += o.n }
func (h *halfway) Merge(o halfway)               { h.n += o.n }
func (h halfway) MarshalBinary() ([]byte, error) { return nil, nil }
func (n *nested) Merge(nested)                   {}

func TestRegisterRefusesWhatWouldBeLost(t *testing.T) {
	t.Parallel()
	for name, register := range map[string]func(){
		"fold_test.mute has no coder and the unexported field mute.n":                fold.Register[mute],
		"only one of MarshalBinary and UnmarshalBinary":                              fold.Register[halfway],
		"fold_test.unmerged has no Merge":                                            fold.Register[unmerged],
		"fold_test.nested has no coder and the unexported field nested.Inner.Deep.n": fold.Register[nested],
	} {
		func() {
			defer func() {
				err, ok := recover().(error)
				require.True(t, ok, name)
				require.ErrorContains(t, err, name)
			}()
			register()
		}()
	}
}

func TestReadLinesRefusesDamage(t *testing.T) {
	t.Parallel()
	good := "\"a\"\t\"x\\ty\"\tAQI=\n"
	found, err := fold.ReadLines(strings.NewReader(good))
	require.NoError(t, err)
	require.Equal(t, map[fold.Figure][]byte{{Name: "a", Key: "x\ty"}: {1, 2}}, found)
	for _, text := range []string{good + good, "a\tb\tAQI=\n", "\"a\"\t\"b\"\n", "\"a\"\t\"b\"\t!\n"} {
		_, err := fold.ReadLines(strings.NewReader(text))
		require.Error(t, err, text)
	}
}
