using MLNet.DeepExt.Evaluation;

namespace MLNet.DeepExt.Tests.Evaluation;

/// <summary>What a confusion matrix prints.</summary>
public sealed class ConfusionMatrixTests
{
    [Fact]
    public void Of_many_classes_the_largest_confusions_are_printed_and_no_table()
    {
        ConfusionMatrix matrix = Of(1000);
        string[] lines = matrix.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("1000 classes, the largest confusions:", lines[0]);
        Assert.Equal("true      predicted  weight", lines[1]);
        Assert.Equal("class999  class0        999", lines[2]);
        Assert.Equal("class998  class999      998", lines[3]);
        Assert.Equal(22, lines.Length);
        Assert.StartsWith("1000 classes", matrix.NormalizedByLabel().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_classes_without_confusions_is_printed_that_there_are_none()
    {
        var cells = new double[60, 60];
        for (int label = 0; label < 60; label++)
            cells[label, label] = 3;
        var matrix = new ConfusionMatrix([.. Enumerable.Range(0, 60).Select(label => $"class{label}")], cells);
        Assert.Equal("60 classes, no confusions" + Environment.NewLine, matrix.ToString());
        Assert.Equal("60 classes, no confusions" + Environment.NewLine, matrix.NormalizedByLabel().ToString());
    }

    [Theory]
    [InlineData(50, 51)]
    [InlineData(51, 22)]
    public void Up_to_fifty_classes_are_a_table(int classes, int lines) => Assert.Equal(
        lines, Of(classes).ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries).Length);

    private static ConfusionMatrix Of(int classes)
    {
        var cells = new double[classes, classes];
        for (int label = 0; label < classes; label++)
        {
            cells[label, label] = 5000;
            cells[label, (label + 1) % classes] = label;
        }

        return new ConfusionMatrix([.. Enumerable.Range(0, classes).Select(label => $"class{label}")], cells);
    }
}
