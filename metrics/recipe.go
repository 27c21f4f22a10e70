package metrics

import (
	"embed"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

//go:embed recipes/*.sql
var recipeFiles embed.FS

// A Dialect is a database's way of writing SQL.
type Dialect uint8

// The dialects. Recipes for SQLite are run in the project's tests (examples/sqlrecipes).
// Those for PostgreSQL were run by hand on version 15 over UCI Online Retail and gave
// the accumulators' counts. DuckDB and ClickHouse differ in the expressions that
// [Recipes] documents and have not been run.
const (
	SQLite Dialect = iota + 1
	PostgreSQL
	DuckDB
	ClickHouse
)

var dialectNames = [...]string{"unset", "sqlite", "postgresql", "duckdb", "clickhouse"}

// String is the dialect's name, "unset" for the zero value.
func (d Dialect) String() string { return enumText(dialectNames[:], uint8(d)) }

// MarshalText writes the name; the zero value and unknown dialects are errors.
func (d Dialect) MarshalText() ([]byte, error) {
	return enumMarshal("dialect", dialectNames[:], uint8(d))
}

// UnmarshalText reads a name.
func (d *Dialect) UnmarshalText(text []byte) error {
	return enumUnmarshal("dialect", dialectNames[:], text, (*uint8)(d))
}

// A Recipe is a query that makes the sufficient statistics of a figure where the rows
// are, so that only counts travel. Its comment lines say which table it reads and
// which constructor its columns feed. The formula, its conventions and its interval
// stay in Go.
type Recipe struct {
	Name string // net_promoter, retention_quarters, …
	SQL  string
}

// RecipeOptions fill the places that recipes leave open.
type RecipeOptions struct {
	// Zone is the IANA name of the zone in which days and quarters are cut; empty is
	// UTC. Letters, digits and "/_+-" only. SQLite knows no zones: with it anything
	// but UTC is [ErrOutOfRange].
	Zone string
	// LastDay is the end of the observation of the purchase recipes; they are left
	// out when it is the zero Date.
	LastDay Date
	// Scale is that of the ratings recipe; the zero value is [SatisfactionScale].
	Scale Scale
}

// Recipes are the queries in a dialect, by name ascending. The tables and columns they
// read are named in their comments; put views of those names over your own tables.
// Timestamps are in UTC: in SQLite as text that its date functions read, in PostgreSQL
// timestamptz, in DuckDB TIMESTAMPTZ, in ClickHouse DateTime.
//
// How dialects differ:
//   - the local day, counted from 1970-01-01: SQLite julianday(date(at_time)) - 2440587.5;
//     PostgreSQL (at_time AT TIME ZONE 'zone')::date - DATE '1970-01-01'; DuckDB
//     date_diff('day', DATE '1970-01-01', CAST(timezone('zone', at_time) AS DATE));
//     ClickHouse toInt32(toDate(at_time, 'zone'));
//   - LAG and LEAD in ClickHouse are lagInFrame and leadInFrame over the whole
//     partition, and give NULL for a missing row only over Nullable arguments;
//   - ClickHouse keeps such counts mergeable as -State columns of an
//     AggregatingMergeTree, with the same algebra as Merge here; sums of Decimal are
//     exact in all but SQLite, which adds floats unless amounts are whole cents.
//
// An unset dialect, and options out of range, are [ErrOutOfRange].
func Recipes(dialect Dialect, opts *RecipeOptions) ([]Recipe, error) {
	if opts == nil {
		opts = &RecipeOptions{}
	}
	fill, err := recipeText(dialect, *opts)
	if err != nil {
		return nil, err
	}
	files, err := recipeFiles.ReadDir("recipes")
	if err != nil {
		return nil, err
	}
	var out []Recipe
	for _, file := range files {
		raw, err := recipeFiles.ReadFile("recipes/" + file.Name())
		if err != nil {
			return nil, err
		}
		text := string(raw)
		if opts.LastDay == (Date{}) && strings.Contains(text, "{last_day}") {
			continue
		}
		if dialect == ClickHouse {
			text = clickHouseWindows(text)
		}
		out = append(out, Recipe{strings.TrimSuffix(file.Name(), ".sql"), fill.Replace(text)})
	}
	return out, nil
}

func recipeText(dialect Dialect, opts RecipeOptions) (*strings.Replacer, error) {
	scale := opts.Scale
	if scale == (Scale{}) {
		scale = SatisfactionScale()
	}
	if err := scale.check(); err != nil {
		return nil, err
	}
	if opts.LastDay != (Date{}) && !civil.Date(opts.LastDay).Valid() {
		return nil, fault(ErrOutOfRange, "last day", opts.LastDay.String(), "no such day")
	}
	zone := opts.Zone
	if zone == "" {
		zone = time.UTC.String()
	}
	plain := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("/_+-", r)
	}
	if strings.ContainsFunc(zone, plain) || len(zone) > 64 {
		return nil, fault(ErrOutOfRange, "zone", strconv.Quote(clip(zone)), "not a zone's name")
	}
	var day, quarter, floor string
	switch dialect {
	case SQLite:
		if zone != "UTC" {
			return nil, fault(ErrOutOfRange, "zone", zone, "SQLite knows no zones")
		}
		day = "CAST(julianday(date(at_time)) - 2440587.5 AS INTEGER)"
		quarter = "CAST(strftime('%Y', at_time) AS INTEGER) * 4 + (CAST(strftime('%m', at_time) AS INTEGER) - 1) / 3"
		floor = "CAST(seconds AS INTEGER)"
	case PostgreSQL:
		day = "((at_time AT TIME ZONE '" + zone + "')::date - DATE '1970-01-01')"
		quarter = "(EXTRACT(YEAR FROM at_time AT TIME ZONE '" + zone + "') * 4 + EXTRACT(QUARTER FROM at_time AT TIME ZONE '" + zone + "') - 1)::int"
		floor = "FLOOR(seconds)::bigint"
	case DuckDB:
		day = "date_diff('day', DATE '1970-01-01', CAST(timezone('" + zone + "', at_time) AS DATE))"
		quarter = "(year(timezone('" + zone + "', at_time)) * 4 + quarter(timezone('" + zone + "', at_time)) - 1)"
		floor = "CAST(floor(seconds) AS BIGINT)"
	case ClickHouse:
		day = "toInt32(toDate(at_time, '" + zone + "'))"
		quarter = "(toInt32(toYear(at_time, '" + zone + "')) * 4 + toInt32(toQuarter(at_time, '" + zone + "')) - 1)"
		floor = "toInt64(floor(seconds))"
	default:
		return nil, fault(ErrOutOfRange, "dialect", dialect.String(), "no such dialect")
	}
	return strings.NewReplacer("{day}", day, "{quarter}", quarter, "{floor_seconds}", floor,
		"{last_day}", strconv.Itoa(civil.Date(opts.LastDay).Days()),
		"{low}", strconv.Itoa(scale.Low), "{high}", strconv.Itoa(scale.High)), nil
}

// clickHouseWindows rewrites the window functions that ClickHouse names otherwise.
func clickHouseWindows(text string) string {
	frame := " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"
	for _, column := range []string{"q", "m", "cur"} {
		for _, f := range [][2]string{{"LAG(", "lagInFrame("}, {"LEAD(", "leadInFrame("}} {
			for _, by := range []string{"q", "m"} {
				text = strings.ReplaceAll(text,
					f[0]+column+") OVER (PARTITION BY customer ORDER BY "+by+")",
					f[1]+"toNullable("+column+")) OVER (PARTITION BY customer ORDER BY "+by+frame)
			}
		}
	}
	return text
}
