package table

import (
	"fmt"

	"github.com/goccy/go-yaml"
)

// The parts of a data contract that are written, in the standard's order. See https://bitol-io.github.io/open-data-contract-standard/.
type contract struct {
	APIVersion  string           `yaml:"apiVersion"`
	Kind        string           `yaml:"kind"`
	ID          string           `yaml:"id"`
	Name        string           `yaml:"name"`
	Version     string           `yaml:"version"`
	Status      string           `yaml:"status"`
	Description contractPurpose  `yaml:"description"`
	Schema      []contractObject `yaml:"schema"`
}

type contractPurpose struct {
	Purpose     string `yaml:"purpose"`
	Usage       string `yaml:"usage"`
	Limitations string `yaml:"limitations"`
}

type contractObject struct {
	Name         string           `yaml:"name"`
	LogicalType  string           `yaml:"logicalType"`
	PhysicalType string           `yaml:"physicalType"`
	PhysicalName string           `yaml:"physicalName"`
	Description  string           `yaml:"description"`
	Granularity  string           `yaml:"dataGranularityDescription"`
	Properties   []contractColumn `yaml:"properties"`
}

type contractColumn struct {
	Name           string          `yaml:"name,omitempty"`
	PrimaryKey     bool            `yaml:"primaryKey,omitempty"`
	PrimaryKeyAt   int             `yaml:"primaryKeyPosition,omitempty"`
	LogicalType    string          `yaml:"logicalType"`
	PhysicalType   string          `yaml:"physicalType"`
	Required       bool            `yaml:"required,omitempty"`
	Unique         bool            `yaml:"unique,omitempty"`
	Classification string          `yaml:"classification,omitempty"`
	Description    string          `yaml:"description,omitempty"`
	Items          *contractColumn `yaml:"items,omitempty"`
}

var logicalTypes = map[Type]string{
	String: "string", Bool: "boolean", Int32: "integer", Int64: "integer", Double: "number", Date: "date", Timestamp: "timestamp", List: "array",
}

// Contract is the data contract of published tables as YAML, in the Open Data Contract Standard v3.1.0 (LF AI & Data,
// Bitol). version is that of the tables; extra are the names of the kept columns.
func Contract(version string, names, extra []string) ([]byte, error) {
	c := contract{
		APIVersion: "v3.1.0", Kind: "DataContract", ID: "rollcall-customer-tables", Name: "rollcall customer tables", Version: version, Status: "active",
		Description: contractPurpose{
			Purpose:     "Which customers can still be reached, by which channel, and whether they may be.",
			Usage:       "Load contactable to reach customers; the other tables say why, and what to mend. Files are Parquet under tables/<table>/ of a run; the file latest names the newest run.",
			Limitations: "A run speaks for its as-of date. Use contactable only: customers and contact_points also hold what may not be used.",
		},
	}
	for _, name := range names {
		columns, err := Columns(name, extra)
		if err != nil {
			return nil, err
		}
		d := Describe(name)
		o := contractObject{Name: name, LogicalType: "object", PhysicalType: "table", PhysicalName: "tables/" + name, Description: d.About, Granularity: "A row is " + d.Row + "."}
		for _, col := range columns {
			about := DescribeColumn(name, col.Name)
			p := contractColumn{Name: col.Name, LogicalType: logicalTypes[col.Type], PhysicalType: string(col.Type), Required: col.Required, Classification: about.Class, Description: about.About}
			for i, k := range d.Key {
				if k == col.Name {
					p.PrimaryKey, p.PrimaryKeyAt, p.Unique = true, i+1, len(d.Key) == 1
				}
			}
			if col.Type == List {
				p.Items = &contractColumn{LogicalType: "string", PhysicalType: string(String)}
			}
			o.Properties = append(o.Properties, p)
		}
		c.Schema = append(c.Schema, o)
	}
	b, err := yaml.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("contract: %w", err)
	}
	return b, nil
}
