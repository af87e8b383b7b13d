// Command told answers with what a container image's program was started with.
package main

import (
	"context"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"
)

type answer struct {
	Event     any               `json:"event"`
	Program   string            `json:"program"`
	Arguments []string          `json:"arguments"`
	Folder    string            `json:"folder"`
	Variables map[string]string `json:"variables"`
	// What of the supervisor's files this process has loaded.
	Ours []string `json:"ours"`
}

func told(_ context.Context, event any) (answer, error) {
	folder, err := os.Getwd()
	if err != nil {
		return answer{}, err
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return answer{}, err
	}
	variables := map[string]string{}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		variables[name] = value
	}
	ours := []string{}
	for line := range strings.Lines(string(maps)) {
		if _, path, found := strings.Cut(line, "/kambda/"); found {
			ours = append(ours, strings.TrimSpace(path))
		}
	}
	return answer{event, os.Args[0], os.Args[1:], folder, variables, ours}, nil
}

func main() {
	lambda.Start(told)
}
