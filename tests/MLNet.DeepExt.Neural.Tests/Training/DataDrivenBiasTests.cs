using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Biases that begin where the rows are.</summary>
[Trait("Spec", "G2")]
public sealed class DataDrivenBiasTests
{
    private const int Rows = 500;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_unit_divides_the_rows_however_far_from_0_these_are(bool isDataDriven)
    {
        LabeledRows rows = FarRows();
        var layer = new Dense(40) { DataDrivenBias = isDataDriven };
        Network<float> network = Begun(NetworkSpec.Input(Clusters.Width).Then(layer).Relu().Then(layer).Tanh().Dense(Clusters.Classes), rows);
        foreach (int layers in (int[])[1, 3])
        {
            // Before the activation.
            NetworkSpec spec = network.Spec.Take(layers);
            Network<float> part = Network<float>.Uninitialized(spec);
            foreach ((Slot from, Slot to) in network.Parameters.Slots.Zip(part.Parameters.Slots))
                part.Parameters.Write(to, network.Parameters.Read(from));
            var input = new DenseBlock<float>(Rows, Clusters.Width);
            foreach ((int row, float[] features) in rows.DenseFeatures().Chunk(Clusters.Width).Index())
                features.CopyTo(input.Row(row));
            DenseBlock<float> z = part.Forward(input, part.CreateWorkspace(Rows), ForwardMode.Inference);
            bool[] divides = [.. Enumerable.Range(0, 40).Select(unit =>
                Enumerable.Range(0, Rows).Any(row => z.Row(row)[unit] <= 0) && Enumerable.Range(0, Rows).Any(row => z.Row(row)[unit] >= 0))];
            Assert.Equal(isDataDriven, divides.All(unit => unit));
        }
    }

    [Fact]
    public void The_points_have_the_moments_of_evenly_drawn_points_between_five_rows()
    {
        // Shares λ of a whole of 5 that are evenly drawn have E Σλ² = 2/(5 + 1): the variance of Σ λᵢxᵢ is a third of that of the rows.
        const int Units = 20_000;
        var random = new Random(3);
        float[] features = [.. Enumerable.Range(0, Rows).Select(_ => 7 + random.NextSingle())];
        var rows = new LabeledRows(1, features, new int[Rows]);
        Network<float> network = Begun(NetworkSpec.Input(1).Then(new Dense(Units) { DataDrivenBias = true, Initializer = new Normal(1) }).Dense(2), rows);
        float[] weights = network.Parameters.Read(network.Parameters.Slots[0]), biases = network.Parameters.Read(network.Parameters.Slots[1]);
        double[] points = [.. weights.Zip(biases, (w, b) => -(double)b / w)];
        double mean = features.Average(x => (double)x), variance = features.Average(x => (x - mean) * (x - mean));
        Assert.Equal(mean, points.Average(), 4 * Math.Sqrt(variance / 3 / Units));
        Assert.InRange(points.Average(point => (point - mean) * (point - mean)) / variance, 1 / 3.0 - 0.015, 1 / 3.0 + 0.015);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_number_of_threads_begins_with_the_same_bits(bool streams)
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Then(new Dense(40) { DataDrivenBias = true }).Dropout(0.5f).Tanh().Dense(Clusters.Classes);
        Assert.Equal(Trained(1), Trained(2));
        Assert.Equal(Trained(1), Trained(3));

        float[] Trained(int threads)
        {
            var options = new TrainingOptions { MaximumEpochs = 2, Seed = 5, NumberOfThreads = threads, BatchSize = 50 };
            var trainer = new Trainer(spec, new SoftmaxCrossEntropy(), options);
            return (streams ? trainer.Train(new RowsStream(FarRows())) : trainer.Train(FarRows())).Network.Parameters.AllValues.ToArray();
        }
    }

    [Fact]
    public void A_network_that_is_trained_further_keeps_its_biases()
    {
        LabeledRows rows = FarRows();
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Then(new Dense(9) { DataDrivenBias = true }).Tanh().Dense(Clusters.Classes);
        Network<float> network = Begun(spec, rows);
        TrainingResult result = new Trainer(network, new SoftmaxCrossEntropy(), Standing(spec) with { Seed = 77 }).Train(rows);
        Slot bias = network.Parameters.Slots[1];
        Assert.Equal(network.Parameters.Read(bias), result.Network.Parameters.Read(bias));
        Assert.DoesNotContain(0f, network.Parameters.Read(bias));
    }

    [Fact]
    public void It_is_part_of_the_description_and_of_files()
    {
        Assert.Equal("Dense(4, data-driven bias)", new Dense(4) { DataDrivenBias = true }.ToString());
        Assert.NotEqual(new Dense(4), new Dense(4) { DataDrivenBias = true });
    }

    // All but the last layer stand still, so that what training returns is what it began with.
    private static Network<float> Begun(NetworkSpec spec, LabeledRows rows) =>
        new Trainer(spec, new SoftmaxCrossEntropy(), Standing(spec)).Train(rows).Network;

    private static TrainingOptions Standing(NetworkSpec spec) => new()
    {
        MaximumEpochs = 1,
        ValidationFraction = 0,
        WholeBatchLimit = Rows,
        Seed = 4,
        LayerRates = spec.LayerNames.SkipLast(1).ToDictionary(name => name, _ => 0.0),
    };

    private static LabeledRows FarRows()
    {
        LabeledRows rows = Clusters.Rows(Rows);
        return new LabeledRows(Clusters.Width, [.. rows.DenseFeatures().Select(x => x + 100)], rows.Classes);
    }
}
