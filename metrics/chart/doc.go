// Package chart draws the figures of customer metrics as pictures that need nothing
// else: one SVG element with its own style, no script, no font file, no network.
//
// # What there is
//
//   - [Retention]: curves of the share of customers that came back, with bands.
//   - [Triangle]: the cohort triangle, one row per cohort, one column per period.
//   - [Gauge]: a Net Promoter Score on its dial from -100 to 100, with its interval.
//   - [Survival]: Kaplan-Meier curves with bands, censor marks and numbers at risk.
//   - [RFM]: customers by recency and frequency score, with segment names.
//   - [Distribution]: a histogram, by value or by named class, with marked values.
//
// [SVG] draws a chart, [VegaLite] writes the same values as a Vega-Lite
// specification for hosts that have a dashboard, [Values] gives them as a table of
// texts, and [Page] joins several charts, headline figures and tables in one HTML page.
//
// # For every reader
//
// A picture has role "img" and is named and described by its title and desc
// elements; on a page every picture is followed by its values as a table. Marks
// carry a tooltip (an SVG title). Colours change with the reader's light or dark
// preference by a media query, see [Scheme]. The series palettes keep a contrast of at
// least 3:1 against their surface (WCAG 2.1, 1.4.11) and stay apart under
// protanopia, deuteranopia and tritanopia as simulated by Machado, Oliveira & Fernandes
// (2009), "A Physiologically-based Model for Simulation of Color Vision Deficiency";
// text on the sequential palette keeps 4.5:1. Tests compute all of these. Series
// also differ in dash and in the shape of their marks, so that colour is never the
// only sign.
//
// Labels never overlap: their widths are estimated from the advance widths of
// DejaVu Sans, the widest of the usual interface fonts, and what does not fit is
// wrapped, thinned out or cut with an ellipsis; the whole text stays in the tooltip
// and in the table. A test renders every chart in headless Chromium at several sizes
// and compares the text boxes.
//
// # Representation and rounding
//
// Inputs are plain structs of this package that a host fills from its results; the
// package imports nothing of this module. Shares are ratios from 0 to 1, shown in
// percent. Scores are points. What is unknown is absent and not 0: a cell that is not
// Known draws nothing, an [Interval] of zero value draws no band. Numbers in
// pictures are rounded half to even as strconv does; the Vega-Lite data and [Values]
// carry more digits. Equal input gives equal bytes.
//
// # Errors
//
// A chart is checked before it is drawn. Every fault is reported at once, each a
// [FieldError], joined; [ErrNoData] stands for a chart without anything to draw,
// [ErrInvalid] for every other fault. Nothing panics, whatever the data.
//
// # Concurrency
//
// All functions are pure: they only read their arguments and may run at the same time.
package chart
