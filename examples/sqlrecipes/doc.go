// Package sqlrecipes shows the counts of [metrics.Recipes] made by a database and the
// figures made of them by package metrics. Its tests run every recipe on an embedded
// SQLite and hold the results equal to the accumulators', row by row. Beside them, the
// conditions that package customer/segment writes are asked of the same database, on
// fresh random trees and customers, and held equal to its compiled programs.
//
// It is a module of its own, so that nobody who imports rapport downloads a database.
package sqlrecipes

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/rapport-go/rapport/metrics"
)

// Query runs one recipe on a database and returns its column names and rows. A recipe
// that the dialect or the options leave out is an error.
func Query(ctx context.Context, db *sql.DB, dialect metrics.Dialect, opts *metrics.RecipeOptions, name string) (columns []string, rows [][]any, err error) {
	recipes, err := metrics.Recipes(dialect, opts)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range recipes {
		if r.Name == name {
			return query(ctx, db, r.SQL)
		}
	}
	return nil, nil, fmt.Errorf("sqlrecipes: no recipe %q", name)
}

func query(ctx context.Context, db *sql.DB, text string) (columns []string, out [][]any, err error) {
	rows, err := db.QueryContext(ctx, text)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if columns, err = rows.Columns(); err != nil {
		return nil, nil, err
	}
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, nil, err
		}
		out = append(out, values)
	}
	return columns, out, rows.Err()
}
