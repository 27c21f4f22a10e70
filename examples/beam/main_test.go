package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	beamlog "github.com/apache/beam/sdks/v2/go/pkg/beam/log"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/beam/fold"
	"github.com/rapport-go/rapport/internal/golden"
)

func TestMain(m *testing.M) {
	beamlog.LogLevel = "error"
	beam.Init()
	os.Exit(m.Run())
}

func ran(t *testing.T, set settings) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var out bytes.Buffer
	require.NoError(t, run(ctx, set, &out))
	return out.String()
}

func TestSimulatedShop(t *testing.T) {
	out := ran(t, settings{runner: "prism", shops: 1})
	golden.Equal(t, filepath.Join("testdata", "figures.txt"), out)
	require.Equal(t, out, ran(t, settings{runner: "direct", shops: 1}))
}

// run itself fails when an accumulator differs from that of one pass.
func TestAnyDistributionGivesOnePass(t *testing.T) {
	for _, c := range []struct {
		name   string
		runner string
		shops  int
		spread spread
	}{
		{"as it comes", "prism", 5, func(_ beam.Scope, rows beam.PCollection) beam.PCollection { return rows }},
		{"reshuffled", "prism", 5, nil},
		{"in seven parts, one of them empty", "prism", 3, parted},
		{"in seven parts, one of them empty, direct", "direct", 3, parted},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := ran(t, settings{runner: c.runner, shops: c.shops, spread: c.spread})
			require.Contains(t, out, "25 of 25 accumulators equal")
		})
	}
}

// part is 0 to 5; the seventh stays empty.
func part(o Order) int { return int(uint64(o.Nanos/1e9) % 6) }

func init() { register.Function1x1(part) }

// parted folds the orders in parts that are put together again in another order.
func parted(s beam.Scope, orders beam.PCollection) beam.PCollection {
	parts := beam.Partition(s, 7, part, orders)
	for i := range parts {
		if i%2 == 0 {
			parts[i] = beam.Reshuffle(s, parts[i])
		}
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return beam.Flatten(s, parts...)
}

func TestOnlineRetail(t *testing.T) {
	out := ran(t, settings{runner: "prism", file: golden.Data(t, "onlineretail", "invoices.csv.gz")})
	require.Contains(t, out, "46 of 46 accumulators equal")
	require.Contains(t, out, "2011 Q3: start 1991, new 656, back 294, lost 780")
	require.NotContains(t, out, "NPS", "the data hold no answers")
}

func TestADifferenceIsFound(t *testing.T) {
	t.Parallel()
	host, err := load(settings{shops: 1}.sources())
	require.NoError(t, err)
	p := host.plan(nil)
	loop, err := onePass(host, p)
	require.NoError(t, err)
	require.NoError(t, compare(io.Discard, p, loop, loop))

	host.sales = host.sales[1:]
	other, err := onePass(host, p)
	require.NoError(t, err)
	require.ErrorIs(t, compare(io.Discard, p, other, loop), errDifferent)
	delete(other, fold.Figure{Name: "CSAT"})
	var out strings.Builder
	require.ErrorIs(t, compare(&out, p, other, loop), errDifferent)
	require.Contains(t, out.String(), "missing")
	other[fold.Figure{Name: "else"}] = nil
	require.ErrorContains(t, compare(io.Discard, p, other, loop), "nobody asked")
}

func TestWhatCannotBeRun(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, settings{runner: "cloud", shops: 1}.check(io.Discard, nil), "neither prism nor direct")
	require.ErrorContains(t, settings{runner: "prism"}.check(io.Discard, nil), "-shops 0")
	require.ErrorContains(t, settings{runner: "prism", shops: 1}.check(io.Discard, []string{"x"}), "unexpected")
	err := run(t.Context(), settings{runner: "direct", file: "no such file"}, io.Discard)
	require.Equal(t, "there is no file no such file", reason(err))
	require.Equal(t, "plain", reason(errors.New("plain")))
}

// A file that is empty, cut off or not what its name says is an error that names it, and
// no figure.
func TestInvoicesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	const rows = "InvoiceNo,CustomerID,InvoiceDate,Country,amount\n"
	packed := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, err := w.Write([]byte(text))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return b.String()
	}
	whole := packed(rows + strings.Repeat("536365,17850,2010-12-01 08:26:00,United Kingdom,139.12\n", 5000))
	for name, text := range map[string]string{
		"empty.csv": "", "empty.csv.gz": "", "nothing.csv.gz": packed(""), "binary.csv": "\x00\xff\xfe", "words.csv": "hello\nworld\n",
		"no-rows.csv": rows, "cut.csv.gz": whole[:len(whole)/2], "no-checksum.csv.gz": whole[:len(whole)-8],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), name)
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			var out bytes.Buffer
			err := run(t.Context(), settings{runner: "direct", file: path}, &out)
			require.Error(t, err)
			require.Empty(t, out.String())
			require.NotContains(t, reason(err), "there is no file")
			t.Log(reason(err))
		})
	}
}
