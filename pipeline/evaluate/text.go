package evaluate

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// Table is the score as text, three lines of figures under one of counts.
func (s Score) Table() string {
	return fmt.Sprintf("%d records, %d entities, %d clusters, the largest of %d; %d records of the run are not in the key\n%d records of the key are not in the run: they are left out\n%d pairs to find, %d made, %d right\n\n",
		s.Records, s.Entities, s.Clusters, s.LargestCluster, s.UnknownRecords, s.AbsentRecords, s.TruePairs, s.PredictedPairs, s.RightPairs) +
		aligned([][]string{
			{"", "precision", "recall", "F1"},
			{"pairwise", share(s.Pairwise.Precision), share(s.Pairwise.Recall), share(s.Pairwise.F1)},
			{"B-cubed", share(s.BCubed.Precision), share(s.BCubed.Recall), share(s.BCubed.F1)},
			{"exact clusters", share(s.Cluster.Precision), share(s.Cluster.Recall), share(s.Cluster.F1)},
		})
}

// Table is the reliability table as text.
func (r Reliability) Table() string {
	rows := [][]string{{"stated", "pairs", "mean", "true share"}}
	for _, b := range r.Buckets {
		rows = append(rows, []string{fmt.Sprintf("%g to %g", b.From, b.To), whole(b.Pairs), share(b.Predicted), share(b.Observed)})
	}
	return aligned(rows) + fmt.Sprintf("calibration error %s, Brier score %s, over %d pairs\n", share(r.Error), share(r.Brier), r.Pairs)
}

// Table is the verdicts as text: statuses, reasons, channels.
func (o PointScore) Table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d points told of, %d absent from the run, %d corrected, %d unmatched rows of the run; %d of erased people, %d of them contactable\n\n",
		o.Rows, o.Absent, o.Corrected, o.Unmatched, o.Erased, o.Leaked)
	rows := [][]string{{"status", "true", "predicted", "precision", "recall"}}
	for _, s := range o.Statuses {
		rows = append(rows, []string{s.Status, whole(s.True), whole(s.Predicted), s.Precision.String(), s.Recall.String()})
	}
	b.WriteString(aligned(rows) + "\n")
	rows = [][]string{{"kind", "reason", "true", "predicted", "precision", "recall", "contactable", "truly", "wrongly"}}
	for _, s := range o.Reasons {
		rows = append(rows, []string{s.Kind, s.Reason, whole(s.True), whole(s.Predicted), s.Precision.String(), s.Recall.String(), whole(s.Contactable), whole(s.TrulyContactable), whole(s.Wrongly)})
	}
	b.WriteString(aligned(rows) + "\n")
	rows = [][]string{{"contactable", "true", "predicted", "precision", "recall"}}
	for _, s := range o.Channels {
		rows = append(rows, []string{s.Channel, whole(s.True), whole(s.Predicted), s.Precision.String(), s.Recall.String()})
	}
	b.WriteString(aligned(rows))
	var wrong []string
	for reason, n := range o.WronglyObsolete {
		wrong = append(wrong, fmt.Sprintf("%s %d", reason, n))
	}
	if slices.Sort(wrong); len(wrong) > 0 {
		b.WriteString("\nusable points called obsolete: " + strings.Join(wrong, ", ") + "\n")
	}
	return b.String()
}

func share(x float64) string { return fmt.Sprintf("%.5f", x) }

// String is the share, or a dash.
func (p Part) String() string {
	if p == Nothing {
		return "-"
	}
	return share(float64(p))
}

func whole(n int64) string { return fmt.Sprint(n) }

// aligned sets the first row as headings, columns padded; the last cell of a row has no blanks after it.
func aligned(rows [][]string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	_ = w.Flush() // into memory: cannot fail
	return b.String()
}
