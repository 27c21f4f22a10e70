// Package web is the door of the example application for people and programs: pages
// made on the server with html/template, forms that work without a script, and a JSON
// API under /api/v1 that reads and writes the same things.
//
// # What it keeps
//
//   - No page needs a script. The content security policy allows none, except on a
//     survey page when the files of survey-library's renderer were handed over.
//   - Every form carries a token that belongs to the session, and a request that a
//     browser marks as coming from another origin is refused before that.
//   - Every form that writes carries an idempotency key, so that a double click or a
//     reload has one effect; the API asks for the Idempotency-Key header.
//   - On loopback only the names of this machine are answered, against DNS rebinding;
//     elsewhere everything but the sign-in page and the style sheet asks for the token.
//   - Bodies, headers, requests at work and their time are bounded.
//   - A log line has the route's pattern, the status, the time and an id, never a query,
//     a body, a name or an address.
//
// # Time and amounts
//
// Instants come in UTC and are printed in the zone that stands beside them. Amounts are
// decimal text with their currency; points are whole numbers.
//
// # Concurrency
//
// A [Server] is made once and then only read, so that any number of requests may use it.
package web
