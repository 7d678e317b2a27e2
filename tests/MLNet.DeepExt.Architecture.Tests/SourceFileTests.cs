using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class SourceFileTests
{
    [Fact]
    public void Every_file_stands_in_the_folder_of_its_namespace_or_below_it_under_the_name_of_its_type_and_is_short()
    {
        SourceFile[] files = [.. SourceFile.All()];
        Assert.NotEmpty(files);
        Rule.Holds(files.SelectMany(file => file.Violations()));
    }

    [Theory]
    [InlineData("MLNet.DeepExt.Neural/Layers/Dense.cs", "MLNet.DeepExt.Neural.Layers", "public sealed record Dense(int Units)\n{\n}\n")]
    [InlineData("MLNet.DeepExt.Neural/Layers/Dense.cs", "MLNet.DeepExt.Neural.Layers", "internal readonly ref struct Dense<T>\n{\n}\n")]
    [InlineData("MLNet.DeepExt.Neural/Kernels/Gemm.Float.cs", "MLNet.DeepExt.Neural.Kernels", "static partial class Gemm\n{\n}\n")]
    [InlineData("MLNet.DeepExt.Neural/Kernels/Map.cs", "MLNet.DeepExt.Neural.Kernels", "public delegate R Map<T, R>(T value);\n")]
    [InlineData("MLNet.DeepExt.Neural/Kernels/Split.cs", "MLNet.DeepExt.Neural.Kernels", "interface IOther;\n\nenum Split : byte { A }\n")]
    [InlineData("MLNet.DeepExt.Neural/Data/Images/Shift.cs", "MLNet.DeepExt.Neural.Data.Images", "readonly record struct Shift;\n")]
    [InlineData("MLNet.DeepExt/Evaluation/Rows/Table.cs", "MLNet.DeepExt.Evaluation", "sealed class Table;\n")]
    [InlineData("MLNet.DeepExt/Search/Journals/Locks/Lock.cs", "MLNet.DeepExt.Search.Journals", "sealed class Lock;\n")]
    [InlineData("MLNet.DeepExt/Catalog/TrainerExtensions.cs", "Microsoft.ML", "public static class TrainerExtensions;\n")]
    public void Good_files_pass(string path, string scope, string text) =>
        Rule.Holds(new SourceFile("src/" + path, $"namespace {scope};\n\n{text}").Violations());

    [Fact]
    public void A_file_of_assembly_attributes_may_be_called_anything() =>
        Rule.Holds(new SourceFile("src/MLNet.DeepExt/Interop/LoadableTypes.cs", "[assembly: CLSCompliant(false)]\n").Violations());

    [Fact]
    public void A_namespace_that_is_not_the_folder_is_reported() =>
        Rule.Reports(
            new SourceFile("src/MLNet.DeepExt/Trainers/Trainer.cs", "namespace Microsoft.ML;\n\nsealed class Trainer;\n").Violations(),
            "src/MLNet.DeepExt/Trainers/Trainer.cs declares namespace Microsoft.ML; its folder says MLNet.DeepExt.Trainers");

    [Theory]
    [InlineData("MLNet.DeepExt")]
    [InlineData("MLNet.DeepExt.Eval")]
    [InlineData("MLNet.DeepExt.Selection")]
    [InlineData("MLNet.DeepExt.Evaluation.Folds")]
    public void A_namespace_above_the_room_or_of_another_folder_is_reported(string scope) =>
        Rule.Reports(
            new SourceFile("src/MLNet.DeepExt/Evaluation/Rows/Table.cs", $"namespace {scope};\n\nsealed class Table;\n").Violations(),
            $"src/MLNet.DeepExt/Evaluation/Rows/Table.cs declares namespace {scope}; its folder says MLNet.DeepExt.Evaluation.Rows");

    [Fact]
    public void A_name_that_no_type_has_is_reported() =>
        Rule.Reports(
            new SourceFile(
                "src/MLNet.DeepExt/Trainers/Helpers.cs",
                "namespace MLNet.DeepExt.Trainers;\n\npublic sealed class Trainer\n{\n    private sealed class Helpers;\n}\n").Violations(),
            "src/MLNet.DeepExt/Trainers/Helpers.cs declares Trainer; name it for what it declares");

    [Fact]
    public void A_file_of_more_than_450_lines_is_reported()
    {
        const string Head = "namespace MLNet.DeepExt.Trainers;\n\npublic sealed class Long;\n";
        string path = "src/MLNet.DeepExt/Trainers/Long.cs";
        Rule.Holds(new SourceFile(path, Head + string.Concat(Enumerable.Repeat("//\n", 447))).Violations());
        Rule.Reports(
            new SourceFile(path, Head + string.Concat(Enumerable.Repeat("//\n", 448))).Violations(),
            "src/MLNet.DeepExt/Trainers/Long.cs has 451 lines; split it, 450 are the limit");
    }
}
