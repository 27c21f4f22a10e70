package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

func page(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	require.Zero(t, run(args, &out, &errs), errs.String())
	require.Empty(t, errs.String())
	return out.String()
}

// TestSimulated holds the whole page of the simulated shop.
func TestSimulated(t *testing.T) {
	t.Parallel()
	golden.Equal(t, filepath.Join("testdata", "simulated.txt"), page(t))
}

func TestSVG(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "track.svg")
	page(t, "-svg", file)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	dec := xml.NewDecoder(bytes.NewReader(data))
	bars := 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "rect" {
			bars++
		}
	}
	require.Greater(t, bars, 100, "a bar a week")
}

func TestCDNOW(t *testing.T) {
	t.Parallel()
	text := page(t, "-cdnow", golden.Data(t, "cdnow", "CDNOW_sample.txt"), "-top", "3")
	for _, part := range []string{
		"Rows read 6919", "BG/NBD      converged", "Pareto/NBD  converged", "     1 1981           41",
		"The fit converged", "came back 7 times or more",
	} {
		require.Contains(t, text, part)
	}
	require.NotContains(t, text, "\n     4 ")
}

// TestOnlineRetail: the page says in words that these data do not tell how customers leave.
func TestOnlineRetail(t *testing.T) {
	t.Parallel()
	text := strings.Join(strings.Fields(page(t, "-invoices", golden.Data(t, "onlineretail", "invoices.csv.gz"))), " ")
	for _, part := range []string{
		"Dropout is not identified", "So the data do not tell how customers leave", "United Kingdom",
	} {
		require.Contains(t, text, part)
	}
}

func TestReadCDNOW(t *testing.T) {
	t.Parallel()
	in, err := readCDNOW(strings.NewReader(" 00004 0001 19970101  2   29.33\n\n 00004 0001 19970118  2\n x y 1997-01-18 2 3\n a b 19970118 1 z\n a b 19970118 1 1e999999999999999999\n"))
	require.NoError(t, err)
	require.Len(t, in.rows, 1)
	require.Equal(t, "0001", in.rows[0].customer)
	require.Equal(t, []string{"4 malformed lines, the first at line 3: 4 fields instead of 5"}, in.skipped)
	_, err = readCDNOW(strings.NewReader("nothing"))
	require.ErrorContains(t, err, "no purchase could be read: line 1")
	_, err = readCDNOW(strings.NewReader(""))
	require.EqualError(t, err, "no purchase could be read")
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	short := filepath.Join(t.TempDir(), "short.txt")
	require.NoError(t, os.WriteFile(short, []byte("1 1 19970101 1 9.99\n1 1 19970109 1 9.99\n"), 0o600))
	for want, args := range map[string][]string{
		"no such file":        {"-cdnow", "absent.txt"},
		"exclude each other":  {"-cdnow", "a", "-invoices", "b"},
		"at least 1":          {"-top", "0"},
		"unexpected argument": {"more"},
		"discount rate":       {"-rate", "-1"},
		"fewer than 60 days":  {"-cdnow", short},
	} {
		var out, errs bytes.Buffer
		require.Equal(t, 1, run(args, &out, &errs), want)
		require.Contains(t, errs.String(), want)
		require.Equal(t, 1, strings.Count(errs.String(), "\n"), "one line")
		require.Empty(t, out.String())
	}
	var out, errs bytes.Buffer
	require.Equal(t, 2, run([]string{"-nonsense"}, &out, &errs))
	require.Zero(t, run([]string{"-h"}, &out, &errs))
}
