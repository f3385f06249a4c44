package main

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rollcall-data/rollcall/pipeline"
	"github.com/rollcall-data/rollcall/pipeline/evaluate"
	"github.com/rollcall-data/rollcall/pipeline/record"
	"github.com/rollcall-data/rollcall/pipeline/table"
)

func newEvaluate() *cobra.Command {
	var (
		dir, truth, points string
		asJSON             bool
	)
	c := &cobra.Command{
		Use:   "evaluate --run DIR --truth F.csv",
		Short: "pairwise, B-cubed and cluster precision, recall and F1 against a key",
		Long: `Evaluate scores a run's clusters against a key: a CSV of source (if there are several), record_id, cluster_id. With
--points it scores statuses and what is contactable against the truth_points.csv that gen makes. With --json it also
gives the reliability table: predicted probability against the observed share of true links.`,
		Example: "  rollcall evaluate --run out --truth demo/truth.csv\n  rollcall evaluate --run out --points demo/truth_points.csv --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if dir == "" || truth == "" && points == "" {
				return usageError{errors.New("evaluate needs --run DIR, and --truth F.csv or --points F.csv")}
			}
			run, err := pipeline.Resolve(dir)
			if err != nil {
				return err
			}
			tables := filepath.Join(run, "tables")
			result := make(map[string]any)
			var text string
			if truth != "" {
				f, err := os.Open(truth)
				if err != nil {
					return usageError{err}
				}
				defer func() { _ = f.Close() }() // only read
				key, err := evaluate.ReadKey(f, truth)
				if err != nil {
					return usageError{err}
				}
				score, err := key.Pairs(assignments(tables))
				if err != nil {
					return err
				}
				links, err := key.Reliability(modelLinks(tables))
				if err != nil {
					return err
				}
				result["clusters"], result["reliability"] = score, links
				text = score.Table()
			}
			if points != "" {
				f, err := os.Open(points)
				if err != nil {
					return usageError{err}
				}
				defer func() { _ = f.Close() }() // only read
				score, err := evaluate.Points(f, points, assignments(tables), contactPoints(tables))
				if err != nil {
					return err
				}
				result["points"] = score
				text += score.Table()
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), result)
			}
			fmt.Fprint(c.OutOrStdout(), text)
			return nil
		},
	}
	c.Flags().StringVar(&dir, "run", "", "a run's folder, or an output folder")
	c.Flags().StringVar(&truth, "truth", "", "CSV of source (if several), record_id, cluster_id")
	c.Flags().StringVar(&points, "points", "", "gen's truth_points.csv")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

var errStopped = errors.New("stopped")

// rowsOf makes an iterator of a table's rows.
func rowsOf[T any](tables, name string, columns []string, read func(table.Row) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		err := table.Scan(tables, name, columns, func(r table.Row) error {
			x, err := read(r)
			if !yield(x, err) {
				return errStopped
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(none, err)
		}
	}
}

func assignments(tables string) iter.Seq2[evaluate.Assignment, error] {
	return rowsOf(tables, "records", []string{"source", "record_id", "customer_id"}, func(r table.Row) (evaluate.Assignment, error) {
		return evaluate.Assignment{Key: record.Key{Source: r.Text("source"), ID: r.Text("record_id")}, CustomerID: r.Text("customer_id")}, nil
	})
}

// modelLinks are the pairs that the model weighed: those that it joined and those that wait for a person.
func modelLinks(tables string) iter.Seq2[evaluate.Link, error] {
	return func(yield func(evaluate.Link, error) bool) {
		for _, name := range []string{"links", "review"} {
			columns := []string{"source_a", "record_id_a", "source_b", "record_id_b", "probability"}
			if name == "links" {
				columns = append(columns, "decided_by")
			}
			err := table.Scan(tables, name, columns, func(r table.Row) error {
				if r.Text("decided_by") == "override" {
					return nil
				}
				p, _ := r.Float("probability")
				l := evaluate.Link{A: record.Key{Source: r.Text("source_a"), ID: r.Text("record_id_a")}, B: record.Key{Source: r.Text("source_b"), ID: r.Text("record_id_b")}, Probability: p}
				if !yield(l, nil) {
					return errStopped
				}
				return nil
			})
			if err != nil {
				if !errors.Is(err, errStopped) {
					yield(evaluate.Link{}, err)
				}
				return
			}
		}
	}
}

func contactPoints(tables string) iter.Seq2[evaluate.Point, error] {
	return rowsOf(tables, "contact_points", nil, func(r table.Row) (evaluate.Point, error) {
		return evaluate.Point{
			CustomerID: r.Text("customer_id"), Key: record.Key{Source: r.Text("source"), ID: r.Text("record_id")}, Kind: r.Text("kind"), Channel: r.Text("channel"),
			Value: r.Text("value"), Display: r.Text("display"), ReplacedBy: r.Text("replaced_by"), Street: r.Text("street"), Postcode: r.Text("postcode"), Country: r.Text("country"),
			Status: r.Text("status"), Reasons: r.List("reasons"), Contactable: r.Bool("contactable"),
		}, nil
	})
}
