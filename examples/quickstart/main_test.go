package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/internal/golden"
)

// ran runs the program as a user would and returns what it printed.
func ran(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	require.Equal(t, want, run(args, &out, &errs, false), errs.String())
	return out.String(), errs.String()
}

func page(t *testing.T, args ...string) Page {
	t.Helper()
	out, _ := ran(t, 0, append(args, "-json")...)
	var p Page
	dec := json.NewDecoder(strings.NewReader(out))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&p))
	return p
}

// What people read on the simulated shop is held line by line.
func TestPageOfTheSimulatedShop(t *testing.T) {
	out, _ := ran(t, 0)
	golden.Equal(t, filepath.Join("testdata", "page.txt"), out)
	require.True(t, strings.HasPrefix(out, "SIMULATED"), "a page of made-up numbers says so first")
}

// The page and its JSON form are the same page.
func TestJSONIsTheSamePage(t *testing.T) {
	p := page(t)
	out, _ := ran(t, 0)
	require.True(t, p.Simulated)
	for _, q := range p.Quarters {
		require.Contains(t, out, q.Quarter)
		require.Equal(t, q.End, q.Start+q.New+q.Reactivated-q.Lost)
	}
	require.Contains(t, out, p.Lifetime.CLTV)
	require.Len(t, p.Greetings, 3)
	require.Equal(t, p.Loyalty.Issued, p.Loyalty.Active+p.Loyalty.Expired+p.Loyalty.TakenBack-p.Loyalty.Debt, "nothing was redeemed, so every point is somewhere")
	total := 0
	for _, n := range p.Interactions.Channels {
		total += n.Count
	}
	require.Equal(t, p.Interactions.Total, total)
	require.Len(t, p.Interactions.Channels, 10, "all ten interaction types of the field")
}

// The figures that the field can check against the published data set.
func TestPageOfRealData(t *testing.T) {
	file := golden.Data(t, "onlineretail", "invoices.csv.gz")
	p := page(t, "-invoices", file)
	require.Equal(t, 25_900, p.Sales.Invoices)
	require.Equal(t, 3_710, p.Sales.WithoutCustomer)
	require.Equal(t, 3_836, p.Sales.Cancellations)
	require.EqualValues(t, 4_338, p.Sales.Buyers)
	require.Equal(t, "8911407.90", p.Sales.Gross)
	require.Equal(t, "-611342.09", p.Sales.Refunds)
	last := p.Quarters[len(p.Quarters)-1]
	require.Equal(t, Quarter{
		Quarter: "2011 Q4", Running: true, Start: 2161, End: 2560, New: 722, Reactivated: 483, Lost: 806,
		CRR: "85.05", ActiveRetention: "62.70", Churn: "37.30",
	}, last)
	require.Equal(t, 25_900, p.Reading.Rows)
	require.Zero(t, p.Reading.Malformed+p.Reading.Duplicates)
}

func TestFaultyRowsAreCounted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.csv")
	require.NoError(t, os.WriteFile(file, []byte("InvoiceNo,CustomerID,InvoiceDate,Country,amount\n"+
		"1,A,2024-01-02T10:00:00Z,Italy,10\n2,A,2024-02-02T10:00:00Z,Italy,5\n2,A,2024-02-02T10:00:00Z,Italy,5\n"+
		"3,A,yesterday,Italy,5\n4,,2024-02-02T10:00:00Z,Italy,5\nC5,A,2024-02-03T10:00:00Z,Italy,-12\n6,B,2024-02-03T10:00:00Z,Italy,0\n"), 0o600))
	p := page(t, "-invoices", file)
	require.Equal(t, 7, p.Reading.Rows)
	require.Equal(t, 5, p.Reading.Invoices)
	require.Equal(t, 1, p.Reading.Duplicates)
	require.Equal(t, 1, p.Reading.Malformed)
	require.Equal(t, 1, p.Sales.WithoutCustomer)
	require.EqualValues(t, 3, p.Loyalty.Active, "15 earned; the cancellation took 5 from the later order and 7 from the earlier")
	out, _ := ran(t, 0, "-invoices", file)
	require.Contains(t, out, "left out: 1 duplicate and 1 malformed rows of 7")
	require.Contains(t, out, `line 5: not a date: "yesterday"`)
}

// What is wrong with a file is one clear line and exit code 1.
func TestFaults(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.csv")
	require.NoError(t, os.WriteFile(broken, []byte("InvoiceNo,Country\n1,Italy\n"), 0o600))
	empty := filepath.Join(dir, "empty.csv")
	require.NoError(t, os.WriteFile(empty, []byte("InvoiceNo,CustomerID,InvoiceDate,Country,amount\n"), 0o600))
	cases := []struct {
		args []string
		code int
		says string
	}{
		{[]string{"-invoices", filepath.Join(dir, "absent.csv")}, 1, "there is no file"},
		{[]string{"-invoices", dir}, 1, "is a folder"},
		{[]string{"-invoices", broken}, 1, "missing column CustomerID, InvoiceDate, amount"},
		{[]string{"-invoices", empty}, 1, "no invoice with a customer"},
		{[]string{"surplus"}, 1, `unexpected argument "surplus"`},
		{[]string{"-html", filepath.Join(dir, "no", "folder.html")}, 1, "the page could not be written"},
		{[]string{"-invoices", ""}, 1, "-invoices names no file"},
	}
	for _, c := range cases {
		_, errs := ran(t, c.code, c.args...)
		require.Contains(t, errs, c.says)
		require.Equal(t, 1, strings.Count(errs, "\n"), errs)
	}
}

func TestHTML(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.html")
	ran(t, 0, "-html", file)
	html, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(html), "<svg")
	require.NotContains(t, string(html), "<script")
}

// Data with little or nothing in them still give a page, as text and as HTML.
func TestThinData(t *testing.T) {
	head := "InvoiceNo,CustomerID,InvoiceDate,Country,amount\n"
	cases := map[string]string{
		"one order":                        "1,A,2024-01-02T10:00:00Z,Italy,10\n",
		"one cancellation":                 "C1,A,2024-01-02T10:00:00Z,Italy,-10\n",
		"one order of nothing":             "1,A,2024-01-02T10:00:00Z,Italy,0\n",
		"a cancellation that is positive":  "1,A,2024-01-02T10:00:00Z,Italy,5\nC2,A,2024-01-03T10:00:00Z,Italy,5\n",
		"a customer that a program forgot": "1,nan,2024-01-02T10:00:00Z,Italy,5\n2,A,2024-01-02T10:00:00Z,Italy,5\n",
	}
	for name, rows := range cases {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a.csv")
			require.NoError(t, os.WriteFile(file, []byte(head+rows), 0o600))
			out, _ := ran(t, 0, "-invoices", file, "-html", filepath.Join(t.TempDir(), "a.html"))
			require.NotContains(t, out, "( %")
			require.NotContains(t, out, "%!")
		})
	}
}

// A large file shows a progress line on a terminal, and nowhere else.
func TestProgress(t *testing.T) {
	file := filepath.Join(t.TempDir(), "large.csv")
	rows := "InvoiceNo,CustomerID,InvoiceDate,Country,amount\n" + strings.Repeat("\n", large) + "1,A,2024-01-01T00:00:00Z,Italy,5\n"
	require.NoError(t, os.WriteFile(file, []byte(rows), 0o600))
	var out, errs bytes.Buffer
	require.Zero(t, run([]string{"-invoices", file}, &out, &errs, true))
	require.Contains(t, errs.String(), "reading invoices 100 %")
	require.Contains(t, errs.String(), "working out loyalty")
	require.True(t, strings.HasSuffix(errs.String(), "\r\033[K"), "the line is gone when the page is there")

	var to bytes.Buffer
	p := progress{to: &to}
	p.tell(1, large)
	p.tell(large, large)
	p.done()
	require.Contains(t, to.String(), "100 %")
	require.True(t, strings.HasSuffix(to.String(), "\r\033[K"))
	to.Reset()
	small := progress{to: &to}
	small.tell(1, large-1)
	small.done()
	require.Empty(t, to.String())
}

func BenchmarkPage(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		if run(nil, &out, &out, false) != 0 {
			b.Fatal(out.String())
		}
	}
}
