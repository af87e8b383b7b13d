module kambda.dev/runtime-image/jail

go 1.24
