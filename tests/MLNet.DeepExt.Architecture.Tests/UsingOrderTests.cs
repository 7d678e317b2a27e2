using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class UsingOrderTests
{
    [Fact]
    public void Using_directives_stand_in_order_in_every_file()
    {
        string[] files = [.. Repository.CodeFiles()];
        Assert.True(files.Length > 1000, $"only {files.Length} files were found");
        Rule.Holds(files.SelectMany(file => UsingOrder.Violations(Repository.Relative(file), File.ReadAllText(file))));
    }

    [Theory]
    [InlineData("using System;\nusing System.Text;\nusing Microsoft.ML;\nusing MLNet;\nusing static System.Math;\nusing static A.B;\nusing C = A.B;\n\nnamespace A;\n")]
    [InlineData("using B;\r\nusing C;\r\n\r\nusing var file = A.B();\r\nusing A;\r\n")]
    [InlineData("// A using B;\nnamespace A;\n")]
    public void Good_files_pass(string text) => Rule.Holds(UsingOrder.Violations("A.cs", text));

    [Theory]
    [InlineData("using B;\nusing a;\n", "A.cs has 'using a;' after 'using B;'; put it before")]
    [InlineData("using B;\n\nusing System;\n", "A.cs has 'using System;' after 'using B;'; put it before")]
    [InlineData("using static A.C;\nusing B;\n", "A.cs has 'using B;' after 'using static A.C;'; put it before")]
    public void Another_order_is_reported(string text, string violation) => Rule.Reports(UsingOrder.Violations("A.cs", text), violation);
}
