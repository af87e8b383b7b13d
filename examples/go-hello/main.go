// Command go-hello is a function for the runtime provided.al2023, on AWS's own library as it is.
// Build it as Lambda wants it: CGO_ENABLED=0 go build -tags lambda.norpc -o bootstrap . && zip code.zip bootstrap
package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Name string `json:"name"`
}

type answer struct {
	Message   string `json:"message"`
	RequestID string `json:"requestId"`
}

func hello(ctx context.Context, e event) (answer, error) {
	if e.Name == "" {
		return answer{}, fmt.Errorf("name is needed")
	}
	invocation, _ := lambdacontext.FromContext(ctx)
	return answer{Message: "Hello, " + e.Name + "!", RequestID: invocation.AwsRequestID}, nil
}

func main() {
	lambda.Start(hello)
}
