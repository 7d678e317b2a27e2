using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Data;

public sealed class StreamRowsTests
{
    [Fact]
    public void Counting_leaves_rows_of_weight_zero_out()
    {
        var rows = new LabeledRows(1, [1, 2, 3, 4, 5], [0, 2, 2, 1, 2], [1, 1, 0, 0.5f, 2]);
        var stream = new RowsStream(rows);
        Assert.Equal([1, 1, 2], Of(stream).Counted(CancellationToken.None).RowsOfClass);
        Assert.Equal((1, 0), (stream.Openings, stream.OpenReaders));
    }

    [Fact]
    public void The_parts_of_a_split_are_those_of_rows_in_memory()
    {
        var random = new CounterRandom(5);
        for (int count = 1; count < 200; count += 7)
        {
            LabeledRows rows = Clusters.Rows(count);
            (int[] training, int[] heldOut) = StratifiedSplit.Draw(rows.Classes, 0.3, random);
            StreamRows all = Of(new RowsStream(rows)).Counted(CancellationToken.None);
            var split = new StratifiedSplit(all.RowsOfClass, 0.3, random);
            Assert.Equal(training, IdsOf(all.Part(split, heldOut: false)));
            Assert.Equal(heldOut, IdsOf(all.Part(split, heldOut: true)));
            LabeledRows kept = all.Part(split, heldOut: true).ReadAll(CancellationToken.None);
            Assert.Equal(heldOut.SelectMany(row => ((DenseRows)rows.Features).Row(row).ToArray()), kept.DenseFeatures());
            Assert.Equal(heldOut.Select(row => rows.Classes[row]), kept.Classes);
        }

        static IEnumerable<int> IdsOf(StreamRows rows)
        {
            using var pass = new ExamplePass(rows);
            int count = 0;
            for (; pass.MoveNext(); count++)
                yield return (int)pass.RowId;
            Assert.Equal(count, rows.Count);
        }
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("tr-TR")]
    public void Rows_that_cannot_be_learned_from_are_refused(string culture) => Culture.Run(culture, () =>
    {
        Assert.Equal(
            "Row 1 of the training stream has class 3 but the network has 3 outputs; it needs one for each class, counted from 0.",
            MessageOf(Altered(classes: 3)));
        Assert.Equal("Row 1 of the training stream has class -1; classes are counted from 0.", MessageOf(Altered(classes: -1)));
        Assert.Equal(
            "Row 1 of the training stream has weight -0.5; a weight must be at least 0 and finite.", MessageOf(Altered(weight: -0.5f)));
        Assert.Equal(
            "Row 1 of the training stream has weight NaN; a weight must be at least 0 and finite.", MessageOf(Altered(weight: float.NaN)));
        foreach (float feature in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Assert.Equal(
                "Row 1 of the training stream has a feature that is NaN or infinite; remove such rows, or replace missing values.",
                MessageOf(Altered(feature: feature)));
        }
    });

    [Fact]
    public void A_stream_without_rows_is_refused()
    {
        Assert.Equal("There are no training rows; give it at least one. (Parameter 'training')", EmptinessOf(new LabeledRows(1, [], [])));
        Assert.Equal(
            "All training rows have weight 0; give at least one of them a weight above 0. (Parameter 'training')",
            EmptinessOf(new LabeledRows(1, [1, 2], [0, 1], [0, 0])));

        static string EmptinessOf(LabeledRows rows) =>
            Assert.Throws<ArgumentException>(() => Of(new RowsStream(rows)).Counted(CancellationToken.None)).Message;
    }

    [Fact]
    public void Counting_stops_when_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var stream = new RowsStream(Clusters.Rows(1000))
        {
            OnRow = (_, row) =>
            {
                if (row == 10)
                    cancellation.Cancel();
                Assert.InRange(row, 0, 10);
            },
        };
        Assert.Equal(11, Of(stream).Counted(cancellation.Token).Count);
        Assert.Equal(0, stream.OpenReaders);
    }

    private static StreamRows Of(ExampleStream stream) =>
        new() { Stream = stream, Name = "training", Check = new TargetCheck(new SoftmaxCrossEntropy(), 3) };

    private static string MessageOf(LabeledRows rows)
    {
        var stream = new RowsStream(rows);
        string message = Assert.Throws<InvalidOperationException>(() => Of(stream).Counted(CancellationToken.None)).Message;
        Assert.Equal(0, stream.OpenReaders);
        return message;
    }

    // The arrays are spoilt after they have been checked, as a stream may spoil its own.
    private static LabeledRows Altered(int classes = 1, float weight = 1, float feature = 1)
    {
        var rows = new LabeledRows(1, [1, 2, 3], [0, 0, 0], [1, 1, 1]);
        rows.Classes[1] = classes;
        rows.Weights![1] = weight;
        rows.DenseFeatures()[1] = feature;
        return rows;
    }
}
