using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class SourceFileTests
{
    [Fact]
    public void Every_file_stands_in_the_folder_of_its_namespace_under_the_name_of_its_type_and_is_short()
    {
        string[] files = [.. Repository.SourceFiles()];
        Assert.NotEmpty(files);
        Rule.Holds(files.SelectMany(file => new SourceFile(Repository.Relative(file), File.ReadAllText(file)).Violations()));
    }

    [Theory]
    [InlineData("src/MLNet.DeepExt.Neural/Layers/Dense.cs", "namespace MLNet.DeepExt.Neural.Layers;\n\npublic sealed record Dense(int Units)\n{\n}\n")]
    [InlineData("src/MLNet.DeepExt.Neural/Layers/Dense.cs", "namespace MLNet.DeepExt.Neural.Layers;\n\ninternal readonly ref struct Dense<T>\n    where T : struct\n{\n}\n")]
    [InlineData("src/MLNet.DeepExt.Neural/Kernels/Gemm.Float.cs", "namespace MLNet.DeepExt.Neural.Kernels;\n\ninternal static unsafe partial class Gemm\n{\n}\n")]
    [InlineData("src/MLNet.DeepExt.Neural/Kernels/Map.cs", "namespace MLNet.DeepExt.Neural.Kernels;\n\npublic delegate TResult Map<T, TResult>(T value);\n")]
    [InlineData("src/MLNet.DeepExt.Neural/Kernels/Split.cs", "namespace MLNet.DeepExt.Neural.Kernels;\n\ninternal interface IOther;\n\npublic enum Split : byte { Rows }\n")]
    [InlineData("src/MLNet.DeepExt.Neural/Data/Augmentation/Shift.cs", "namespace MLNet.DeepExt.Neural.Data.Augmentation;\n\npublic readonly record struct Shift;\n")]
    [InlineData("src/MLNet.DeepExt/Catalog/TrainerExtensions.cs", "namespace Microsoft.ML;\n\npublic static class TrainerExtensions;\n")]
    [InlineData("src/MLNet.DeepExt/Interop/LoadableTypes.cs", "[assembly: CLSCompliant(false)]\n")]
    public void Good_files_pass(string path, string text) => Rule.Holds(new SourceFile(path, text).Violations());

    [Fact]
    public void A_namespace_that_is_not_the_folder_is_reported() =>
        Rule.Reports(
            new SourceFile("src/MLNet.DeepExt/Trainers/Trainer.cs", "namespace Microsoft.ML;\n\npublic sealed class Trainer;\n").Violations(),
            "src/MLNet.DeepExt/Trainers/Trainer.cs declares namespace Microsoft.ML; its folder says MLNet.DeepExt.Trainers");

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
