package web

import (
	"crypto/rand"
	"io"
	"io/fs"
	"log/slog"
	"time"
)

// Options are what a host may set. The zero value is a server for loopback without a
// token, without a log, with the limits below.
type Options struct {
	// Token is the administrator's. Empty asks nobody to sign in, which is meant for
	// loopback alone: see [CheckAddress].
	Token string
	// Hosts are the names that a request may give as its host, with or without a port.
	// Empty means the names of this machine (localhost, 127.0.0.0/8, ::1) without a
	// token, and any name with one.
	Hosts []string
	// Secure marks the session's cookie for HTTPS only, for a host behind TLS.
	Secure bool
	// SurveyJS holds the unpacked npm packages survey-core and survey-js-ui, as
	// directories of these names. nil serves surveys as plain HTML.
	SurveyJS fs.FS
	// Log takes a line for each request. nil keeps none.
	Log *slog.Logger
	// Now is the clock. nil is time.Now.
	Now func() time.Time
	// Random gives keys, tokens and ids. nil is crypto/rand.
	Random io.Reader
	// AtWork bounds the requests at work at once; more wait, and are told to come back
	// when their time runs out. 0 means 64.
	AtWork int
	// Patience is the longest that a request may take. 0 means 20 seconds.
	Patience time.Duration
	// MaxBody bounds the body of a form or an API request in bytes; 0 means 64 KiB.
	MaxBody int64
	// MaxImport bounds an uploaded list of customers in bytes; 0 means 4 MiB.
	MaxImport int64
}

// withDefaults is o with every zero field set.
func (o *Options) withDefaults() Options {
	out := Options{}
	if o != nil {
		out = *o
	}
	if out.Log == nil {
		out.Log = slog.New(slog.DiscardHandler)
	}
	if out.Now == nil {
		out.Now = time.Now
	}
	if out.Random == nil {
		out.Random = rand.Reader
	}
	if out.AtWork <= 0 {
		out.AtWork = 64
	}
	if out.Patience <= 0 {
		out.Patience = 20 * time.Second
	}
	if out.MaxBody <= 0 {
		out.MaxBody = 64 << 10
	}
	if out.MaxImport <= 0 {
		out.MaxImport = 4 << 20
	}
	return out
}
