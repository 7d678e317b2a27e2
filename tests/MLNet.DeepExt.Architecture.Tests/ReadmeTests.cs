namespace MLNet.DeepExt.Architecture.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void The_first_program_is_the_Iris_example_to_the_letter()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string[] blocks = readme.Split("```csharp\n");
        Assert.True(blocks.Length > 1, "README.md has no C# program.");
        string program = blocks[1][..blocks[1].IndexOf("```", StringComparison.Ordinal)];
        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "examples", "Iris", "Program.cs")), program);
    }
}
