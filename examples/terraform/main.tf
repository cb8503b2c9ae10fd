# The runtime as a layer, a function that uses it, and the function's address.
terraform {
  required_version = ">= 1.5"
  required_providers {
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.4"
    }
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.31"
    }
  }
}

variable "architecture" {
  description = "Of the function, and of the layer's zip."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "There are zips for arm64 and x86_64."
  }
}

locals {
  layer = "${path.module}/llrt-layer-${var.architecture == "arm64" ? "arm64" : "x64"}.zip"
}

resource "aws_lambda_layer_version" "llrt" {
  layer_name               = "llrt"
  license_info             = "Apache-2.0"
  filename                 = local.layer
  source_code_hash         = filebase64sha256(local.layer)
  compatible_runtimes      = ["provided.al2023"]
  compatible_architectures = [var.architecture]
}

data "archive_file" "hello" {
  type        = "zip"
  source_dir  = "${path.module}/function"
  output_path = "${path.module}/hello.zip"
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "hello" {
  name_prefix        = "llrt-hello-"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.hello.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_lambda_function" "hello" {
  function_name    = "llrt-hello"
  role             = aws_iam_role.hello.arn
  runtime          = "provided.al2023"
  architectures    = [var.architecture]
  handler          = "index.handler"
  filename         = data.archive_file.hello.output_path
  source_code_hash = data.archive_file.hello.output_base64sha256
  layers           = [aws_lambda_layer_version.llrt.arn]
  memory_size      = 128
  timeout          = 5
}

resource "aws_lambda_function_url" "hello" {
  function_name      = aws_lambda_function.hello.function_name
  authorization_type = "AWS_IAM"
}

output "url" {
  value = aws_lambda_function_url.hello.function_url
}
