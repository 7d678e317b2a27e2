using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Layers;

/// <summary>What all input encoders have in common: columns, fitting, refusals.</summary>
[Trait("Spec", "G1")]
[Trait("Spec", "G2")]
public sealed class InputEncoderTests
{
    private static readonly SlotRange[] Some = [new(1, 2), new(4, 1)];

    private static readonly InputEncoder[] Fitted =
    [
        new Standardize { Columns = Some, Means = [1, 2, 3], Deviations = [0.5, 2, 0] },
        new RobustScale { Columns = Some, Medians = [1, 2, 3], Scales = [0.5, 2, 0] },
        new RobustScale { Columns = Some, Medians = [1, 2, 3], Scales = [0.5, 2, 0], SmoothClip = false },
        new OneHot { Columns = Some, Values = [[1, 2, 5], [0], [-1, 7]] },
        new PiecewiseLinearEmbedding { Columns = Some, Bins = 3, Edges = [[-1, 0, 1, 4], [0, 2], [7]] },
        new PiecewiseLinearEmbedding { Columns = Some, Bins = 3, Edges = [[-1, 0, 1, 4], [0, 2], [7]], Dimension = 18, UseRelu = true },
        new PiecewiseLinearEmbedding
        {
            Columns = Some, Bins = 3, Edges = [[-1, 0, 1, 4], [0, 2], [7]], Dimension = 18, AddLinear = true, LeastValues = 2,
        },
        new PeriodicEmbedding { Columns = Some, Frequencies = 5, Dimension = 18, Deviation = 0.3 },
        new PeriodicEmbedding { Columns = Some, Frequencies = 5, Dimension = 3, IsShared = true, UseRelu = false },
    ];

    private static readonly (Func<NetworkSpec> Make, string Parameter, string Text)[] Faults =
    [
        (
            () => NetworkSpec.Input(3).Then(new Standardize { Columns = [] }), "Columns",
            "Columns of Standardize is empty; leave it null to encode all columns, or remove the layer."
        ),
        (
            () => NetworkSpec.Input(3).Then(new Standardize { Columns = [new(0, 2), new(1, 1)] }), "Columns",
            "Columns of Standardize has 1 columns from column 1, after column 1; give ranges of at least 1 column in ascending order, from column 0, "
            + "each column once."
        ),
        (
            () => NetworkSpec.Input(3).Then(new RobustScale { Columns = [new(2, int.MaxValue)] }), "Columns",
            "RobustScale encodes column 2147483648 but there are 3 inputs; count columns from 0."
        ),
        (
            () => NetworkSpec.Input(3).Then(new Standardize { Means = [1, 2], Deviations = [1, 2] }), "Columns",
            "Standardize was fitted to 2 columns but encodes 3; fit it again to these rows."
        ),
        (
            () => NetworkSpec.Input(2).Then(new Standardize { Means = [1, 2], Deviations = [1] }), "Deviations",
            "Standardize has 2 means but 1 deviations; give both for each column, or leave both null."
        ),
        (
            () => NetworkSpec.Input(1).Then(new Standardize { Means = [double.NaN], Deviations = [1] }), "Means",
            "Means of Standardize contains NaN; fit it to rows with finite features."
        ),
        (
            () => NetworkSpec.Input(1).Then(new Standardize { Means = [0], Deviations = [-0.5] }), "Deviations",
            "Deviations of Standardize has -0.5 but must be at least 0; use 0 for a column that does not vary."
        ),
        (
            () => NetworkSpec.Input(1).Then(new RobustScale { Medians = [0], Scales = [1e300] }), "Scales",
            "Scales of RobustScale contains 1E+300; fit it to rows with finite features."
        ),
        (
            () => NetworkSpec.Input(1).Then(new OneHot { MostValues = 1025 }), "MostValues",
            "MostValues of a OneHot must be from 1 to 1024 but is 1025; 8 is the usual value."
        ),
        (
            () => NetworkSpec.Input(1).Then(new OneHot { MostValues = 1, Values = [[1, 2]] }), "Values",
            "Values of a OneHot has 2 values for a column but MostValues is 1; increase MostValues."
        ),
        (
            () => NetworkSpec.Input(1).Then(new OneHot { Values = [[2, 2]] }), "Values",
            "Values of a OneHot contains 2 after 2; give values in ascending order, each once."
        ),
        (
            () => NetworkSpec.Input(1).Then(new PiecewiseLinearEmbedding { Bins = 1025 }), "Bins",
            "Bins of a PiecewiseLinearEmbedding must be from 1 to 1024 but is 1025; 48 is the usual value."
        ),
        (
            () => NetworkSpec.Input(1).Then(new PiecewiseLinearEmbedding { UseRelu = true }), "UseRelu",
            "UseRelu of a PiecewiseLinearEmbedding is true but there is no linear map without a Dimension; set Dimension."
        ),
        (
            () => NetworkSpec.Input(1).Then(new PiecewiseLinearEmbedding { AddLinear = true }), "AddLinear",
            "AddLinear of a PiecewiseLinearEmbedding is true but there is no linear map without a Dimension; set Dimension."
        ),
        (
            () => NetworkSpec.Input(1).Then(new PiecewiseLinearEmbedding { LeastValues = 0 }), "LeastValues",
            "LeastValues of a PiecewiseLinearEmbedding must be from 1 to 1024 but is 0; 1 encodes all columns."
        ),
        (
            () => NetworkSpec.Input(1).Then(new PiecewiseLinearEmbedding { Columns = [], Edges = [[1, 2]] }), "Columns",
            "Columns of PiecewiseLinearEmbedding is empty; leave it null to encode all columns, or remove the layer."
        ),
        (
            () => NetworkSpec.Input(1).Then(new PiecewiseLinearEmbedding { Edges = [[2, 1.5]] }), "Edges",
            "Edges of a PiecewiseLinearEmbedding contains 1.5 after 2; give edges in ascending order, each once."
        ),
        (
            () => NetworkSpec.Input(1).Then(new PiecewiseLinearEmbedding { Bins = 1, Edges = [[1, 2, 3]] }), "Edges",
            "Edges of a PiecewiseLinearEmbedding has 3 edges for 1 bins; give at most one edge more than Bins."
        ),
        (
            () => NetworkSpec.Input(1).Then(new PeriodicEmbedding { Deviation = 0 }), "Deviation",
            "Deviation of a PeriodicEmbedding must be above 0 but is 0; 0.01 is the usual value."
        ),
        (
            () => NetworkSpec.Input(int.MaxValue / 4).Then(new PeriodicEmbedding()), "Columns",
            "PeriodicEmbedding makes 24 numbers of each of 536870911 columns, 12884901864 in total, more than one array can hold; use fewer outputs "
            + "for each column."
        ),
    ];

    public static TheoryData<int> Encoders => [.. Enumerable.Range(0, Fitted.Length)];

    public static TheoryData<int> Impossible => [.. Enumerable.Range(0, Faults.Length)];

    [Theory, MemberData(nameof(Encoders))]
    public void Columns_that_are_not_named_pass_in_their_order_and_the_others_are_encoded_as_alone(int index)
    {
        InputEncoder encoder = Fitted[index];
        int numbers = encoder.NumbersPerColumn;
        var network = new Network<double>(NetworkSpec.Input(6).Then(encoder), seed: 2);
        var alone = new Network<double>(NetworkSpec.Input(3).Then(encoder with { Columns = null }), seed: 2);
        Assert.Equal(3 + 3 * numbers, network.Spec.Outputs);
        DenseBlock<double> all = RandomBatches.Block<double>(5, 6, new Random(1)), columns = new(5, 3);
        for (int row = 0; row < 5; row++)
            (columns.Row(row)[0], columns.Row(row)[1], columns.Row(row)[2]) = (all.Row(row)[1], all.Row(row)[2], all.Row(row)[4]);
        DenseBlock<double> y = network.Forward(all, network.CreateWorkspace(5), ForwardMode.Inference);
        DenseBlock<double> encoded = alone.Forward(columns, alone.CreateWorkspace(5), ForwardMode.Inference);
        for (int row = 0; row < 5; row++)
        {
            double[] e = encoded.Row(row).ToArray();
            Assert.Equal(
                [all.Row(row)[0], .. e[..(2 * numbers)], all.Row(row)[3], .. e[(2 * numbers)..], all.Row(row)[5]], y.Row(row).ToArray());
        }
    }

    [Theory, MemberData(nameof(Encoders))]
    public void It_is_equal_by_value_and_comes_back_from_a_file(int index)
    {
        InputEncoder encoder = Fitted[index];
        NetworkSpec spec = NetworkSpec.Input(6).Then(encoder).Dense(2);
        using var file = new MemoryStream();
        NetworkFile.Save(file, new Network<float>(spec, seed: 1), new SquaredError());
        file.Position = 0;
        var loaded = (InputEncoder)NetworkFile.Load(file).Network.Spec.Layers[0];
        Assert.Equal(encoder, loaded);
        Assert.Equal(encoder.GetHashCode(), loaded.GetHashCode());
        Assert.NotSame(encoder, loaded);
        Assert.NotEqual(encoder, encoder with { Columns = [new(0, 3)] });
        foreach (InputEncoder other in Fitted.Where((_, i) => i != index))
            Assert.NotEqual(other, loaded);
    }

    [Fact]
    public void What_was_learned_decides_whether_encoders_are_equal()
    {
        Assert.NotEqual(new Standardize { Means = [1], Deviations = [2] }, new Standardize { Means = [1], Deviations = [3] });
        Assert.NotEqual(new Standardize { Means = [1], Deviations = [2] }, new Standardize());
        Assert.NotEqual(new RobustScale { Medians = [1], Scales = [2] }, new RobustScale { Medians = [2], Scales = [2] });
        Assert.NotEqual(new PiecewiseLinearEmbedding { Edges = [[1, 2]] }, new PiecewiseLinearEmbedding { Edges = [[1, 3]] });
        Assert.Equal(new PiecewiseLinearEmbedding { Edges = [[1, 2]] }, new PiecewiseLinearEmbedding { Edges = [[1, 2]] });
    }

    [Fact]
    public void It_is_printed_shortly()
    {
        Assert.Equal("Standardize(not fitted)", new Standardize().ToString());
        Assert.Equal("OneHot(1-2, 4, 8 values)", Fitted[3].ToString());
        Assert.Equal("Standardize(1-2, 4)", Fitted[0].ToString());
        Assert.Equal("RobustScale(1-2, 4, no clip)", Fitted[2].ToString());
        Assert.Equal("PiecewiseLinearEmbedding(1-2, 4, 3 bins → 18, relu)", Fitted[5].ToString());
        Assert.Equal("PiecewiseLinearEmbedding(1-2, 4, 3 bins → 18, linear, at least 2 values)", Fitted[6].ToString());
        Assert.Equal("PiecewiseLinearEmbedding(48 bins, not fitted)", new PiecewiseLinearEmbedding().ToString());
        Assert.Equal("PeriodicEmbedding(1-2, 4, 5 frequencies of 0.01 → 3, no relu, shared)", Fitted[8].ToString());
        Assert.Equal(
            "Standardize(0, 2, 4, …, not fitted)", new Standardize { Columns = [new(0, 1), new(2, 1), new(4, 1), new(6, 1)] }.ToString());
    }

    [Fact]
    public void A_network_whose_encoder_is_not_fitted_does_not_compute()
    {
        NetworkSpec spec = NetworkSpec.Input(3).Then(new Standardize()).Dense(2);
        Assert.False(spec.IsFitted);
        RequireFault(
            Assert.Throws<ArgumentException>(() => new Network<float>(spec)), "spec",
            "Layer 0.standardize, Standardize(not fitted), is not fitted; "
            + "train the network with a Trainer, or use FittedTo of its spec.");
    }

    [Fact]
    public void Encoders_are_fitted_to_the_columns_of_the_rows_that_they_read_and_keep_what_they_have()
    {
        var statistics = new InputStatistics(3);
        statistics.Add([1, 10, 100]);
        statistics.Add([3, 10, 500]);
        var known = new Standardize { Columns = [new(0, 1)], Means = [7], Deviations = [8] };
        NetworkSpec spec = NetworkSpec.Input(3)
            .Then(known)
            .Then(new PiecewiseLinearEmbedding { Columns = [new(1, 1)], Bins = 4 })
            .Then(new Standardize { Columns = [new(5, 1)] })
            .Then(new PeriodicEmbedding { Columns = [new(0, 1)], Dimension = 2 })
            .Dense(1);
        NetworkSpec fitted = spec.FittedTo(statistics);
        Assert.True(fitted.IsFitted);
        Assert.Equal(known, fitted.Layers[0]);
        Assert.Equal(new Standardize { Columns = [new(5, 1)], Means = [300], Deviations = [200] }, fitted.Layers[2]);
        Assert.Equal(spec.ParameterCount, fitted.ParameterCount);
        Assert.Equal(fitted, fitted.FittedTo(new InputStatistics(3)));
    }

    [Fact]
    public void An_encoder_that_reads_what_another_layer_computes_cannot_be_fitted()
    {
        var statistics = new InputStatistics(3);
        NetworkSpec behind = NetworkSpec.Input(3)
            .Then(new PiecewiseLinearEmbedding { Columns = [new(1, 1)], Bins = 2, Edges = [[0, 1, 2]] }).Then(new Standardize());
        RequireFault(
            Assert.Throws<ArgumentException>(() => behind.FittedTo(statistics)), "spec",
            "Layer 1, Standardize(not fitted), reads input 1, which a layer before it computes, so it cannot be fitted to the rows; "
            + "put it first, or behind encoders that pass this input or scale it.");
        RequireFault(
            Assert.Throws<ArgumentException>(() => NetworkSpec.Input(3).Then(new RobustScale()).Then(new Standardize()).FittedTo(statistics)), "spec",
            "Layer 1, Standardize(not fitted), needs mean and variance of input 0, which an encoder before it maps by a nonlinear "
            + "function, so they are not available; put it before that encoder.");
        NetworkSpec moved = NetworkSpec.Input(3)
            .Then(new PiecewiseLinearEmbedding { Columns = [new(0, 1)], LeastValues = 3 }).Then(new Standardize { Columns = [new(48, 1)] });
        RequireFault(
            Assert.Throws<ArgumentException>(() => moved.FittedTo(statistics)), "spec",
            "Layer 1.standardize, Standardize(48, not fitted), names columns behind layer 0.piecewiselinearembedding, "
            + "PiecewiseLinearEmbedding(0, 48 bins, at least 3 values, not fitted), which may pass some unchanged, "
            + "so their positions are known only after it is fitted; put it before that layer.");
        Assert.Equal(
            "Mean and variance are not known of a column that an encoder before bends; put the encoder that needs them before that one.",
            Assert.Throws<InvalidOperationException>(
                () => NetworkSpec.Input(3).Then(new RobustScale()).Then(new AskingEncoder()).FittedTo(statistics)).Message);
        Assert.Throws<ArgumentException>(() => NetworkSpec.Input(3).Dense(3).Then(new Standardize()).FittedTo(statistics));
        RequireFault(
            Assert.Throws<ArgumentException>(() => NetworkSpec.Input(3).Then(new Residual(new Standardize())).FittedTo(statistics)), "spec",
            "Layer 0.residual.0.standardize, Standardize(not fitted), is inside another layer, so it cannot be fitted to the rows; "
            + "put it at the start of the network.");
        RequireFault(
            Assert.Throws<ArgumentException>(() => NetworkSpec.Input(4).Then(new Standardize()).FittedTo(statistics)), "statistics",
            "The statistics are of rows of 3 numbers but the network has 4 inputs; they must be equal.");
    }

    [Fact]
    public void An_encoder_behind_scalings_learns_what_it_would_of_the_scaled_rows()
    {
        float[][] rows = Rows(300);
        InputEncoder[][] series =
        [
            [new RobustScale(), new PiecewiseLinearEmbedding { Bins = 12 }],
            [new Standardize(), new RobustScale(), new PiecewiseLinearEmbedding { Bins = 12, LeastValues = 3 }],
            [new RobustScale(), new RobustScale { SmoothClip = false }],
            [new RobustScale { SmoothClip = false }, new Standardize()],
            [new Standardize { Columns = [new(0, 2)] }, new PiecewiseLinearEmbedding { Columns = [new(1, 3)], Bins = 5 }],
        ];
        foreach (InputEncoder[] encoders in series)
        {
            InputEncoder[] fitted = [.. new NetworkSpec(Width, encoders).FittedTo(StatisticsOf(rows)).Layers.Cast<InputEncoder>()];
            Assert.Equal(encoders.Length, fitted.Length);
            float[][] read = rows;
            for (int i = 0; i < encoders.Length; i++)
            {
                InputEncoder alone = encoders[i].Fit([.. ColumnsOf(encoders[i]).Select(column => StatisticsOf(read)[column])]);
                RequireClose(alone, fitted[i]);
                var network = new Network<float>(new NetworkSpec(Width, [fitted[i]]));
                read = [.. read.Select(row =>
                    network.Forward(TrainedNetworks.Block<float>(row, Width), network.CreateWorkspace(1), ForwardMode.Inference).Row(0).ToArray())];
            }
        }

        static IEnumerable<int> ColumnsOf(InputEncoder encoder) =>
            (encoder.Columns ?? [new(0, Width)]).SelectMany(range => Enumerable.Range(range.First, range.Count));

        static void RequireClose(InputEncoder expected, InputEncoder actual)
        {
            Assert.Equal(expected.Columns, actual.Columns);
            Close.Everywhere(NumbersOf(expected), NumbersOf(actual), 2e-6, actual.ToString());
        }

        static double[] NumbersOf(InputEncoder encoder) => encoder switch
        {
            Standardize one => [.. one.Means!, .. one.Deviations!],
            RobustScale one => [.. one.Medians!, .. one.Scales!],
            PiecewiseLinearEmbedding one => [.. one.Edges!.SelectMany(edges => edges)],
            _ => throw new NotSupportedException(),
        };
    }

    [Fact]
    public void Columns_of_few_values_pass_and_the_network_behind_follows()
    {
        InputStatistics statistics = StatisticsOf(Rows(300)); // columns of 300, of 2, of 1 and of 4 values
        NetworkSpec spec = NetworkSpec.Input(Width).Then(new PiecewiseLinearEmbedding { Bins = 8, Dimension = 5, LeastValues = 3 }).Dense(2);
        Assert.Equal(4 * 5, spec.Take(1).Outputs);
        NetworkSpec fitted = spec.FittedTo(statistics);
        var encoder = (PiecewiseLinearEmbedding)fitted.Layers[0];
        Assert.Equal([new SlotRange(0, 1), new SlotRange(3, 1)], encoder.Columns);
        Assert.Equal([9, 4], encoder.Edges!.Select(edges => edges.Count));
        Assert.Equal(5 + 1 + 1 + 5, fitted.Take(1).Outputs);
        Assert.Equal(fitted, fitted.FittedTo(statistics));
        var of = (PiecewiseLinearEmbedding)NetworkSpec.Input(Width)
            .Then(new PiecewiseLinearEmbedding { Columns = [new(1, 2), new(3, 1)], Bins = 8, LeastValues = 3 }).FittedTo(statistics).Layers[0];
        Assert.Equal([new SlotRange(3, 1)], of.Columns);
        var all = (PiecewiseLinearEmbedding)NetworkSpec.Input(Width).Then(new PiecewiseLinearEmbedding { Bins = 8 }).FittedTo(statistics).Layers[0];
        Assert.Null(all.Columns);
        Assert.Equal([9, 2, 1, 4], all.Edges!.Select(edges => edges.Count));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void An_encoder_that_no_column_is_left_for_passes_all_and_comes_back_from_a_file(int? dimension)
    {
        var encoder = new PiecewiseLinearEmbedding { Columns = [new(1, 2)], Dimension = dimension, AddLinear = dimension is not null, LeastValues = 3 };
        NetworkSpec spec = NetworkSpec.Input(Width).Then(encoder).FittedTo(StatisticsOf(Rows(300)));
        Assert.Empty(((PiecewiseLinearEmbedding)spec.Layers[0]).Columns!);
        using var file = new MemoryStream();
        NetworkFile.Save(file, new Network<float>(spec, seed: 1), new SquaredError());
        file.Position = 0;
        Network<float> loaded = NetworkFile.Load(file).Network;
        Assert.Equal(spec, loaded.Spec);
        float[] row = Rows(1)[0], outputs = new float[Width];
        var predictor = new Predictor(loaded, new SquaredError());
        predictor.Predict(row, 1, outputs, predictor.CreateBuffer(1));
        Assert.Equal(row, outputs);
    }

    [Fact]
    public void An_embedding_with_x_added_begins_as_a_linear_function_whose_bias_learns_slowly()
    {
        var network = new Network<double>(NetworkSpec.Input(50).Then(new PiecewiseLinearEmbedding
        {
            Bins = 4,
            Dimension = 16,
            AddLinear = true,
            Edges = [.. Enumerable.Repeat<double[]>([-1, -0.5, 0, 0.5, 1], 50)],
        }), seed: 4);
        Slot[] slots = [.. network.Parameters.Slots];
        Assert.Equal(["weight", "bias", "linear"], slots.Select(slot => slot.Name.Split('.')[^1]));
        Assert.Equal([SlotKind.Weight, SlotKind.Bias, SlotKind.Weight], slots.Select(slot => slot.Kind));
        Assert.Equal([1, 0.1, 1], slots.Select(slot => slot.RateFactor));
        Assert.All(network.Parameters.Read(slots[0]), weight => Assert.Equal(0, weight));
        foreach (Slot slot in slots[1..])
        {
            double[] numbers = network.Parameters.Read(slot);
            Assert.InRange(numbers.Max(), 0.24, 0.25);
            Assert.InRange(numbers.Min(), -0.25, -0.24);
            Assert.InRange(numbers.Average(), -0.02, 0.02);
        }
    }

    [Fact]
    public void An_encoder_behind_embedded_categories_is_fitted_to_the_columns_that_pass()
    {
        NetworkSpec fitted = NetworkSpec.Input(Width).EmbedCategories(new CategoryRange(1, 2, 3))
            .Then(new Standardize { Columns = [new(0, 1), new(4, 1)] }).FittedTo(StatisticsOf(Rows(300)));
        InputStatistics expected = StatisticsOf(Rows(300));
        Assert.Equal([expected[0].Mean, expected[3].Mean], ((Standardize)fitted.Layers[1]).Means);
        Assert.Throws<ArgumentException>(() => NetworkSpec.Input(Width).EmbedCategories(new CategoryRange(1, 2, 3))
            .Then(new Standardize { Columns = [new(2, 1)] }).FittedTo(expected));
    }

    [Fact]
    public void Numbers_beyond_the_edges_are_at_most_five_bins_out()
    {
        var encoder = new PiecewiseLinearEmbedding { Bins = 2, Edges = [[0, 1, 3], [0, 2]] };
        var network = new Network<double>(NetworkSpec.Input(2).Then(encoder));
        DenseBlock<double> rows = TrainedNetworks.Block<double>([-5.5, -9, 9, 9.5, 1e300, 1e300, double.NegativeInfinity, -1e300], 2);
        double[] y = network.Forward(rows, network.CreateWorkspace(4), ForwardMode.Inference).ToDoubles();
        Assert.Equal([-5, 0, -4.5, 0, 1, 4, 4.75, 0, 1, 5, 5, 0, -5, 0, -5, 0], y);
    }

    [Fact]
    public void As_many_bins_are_made_as_are_wanted_at_most_whatever_ties_there_are()
    {
        // Values of about as many rows as a bin holds: those that are edges by themselves leave less than two places.
        for (int bins = 1; bins < 12; bins++)
        {
            for (int values = 1; values < 30; values++)
            {
                var statistics = new InputStatistics(1);
                for (int value = 0; value < values; value++)
                {
                    for (int row = 0; row < (value < bins - 1 ? 100 : 1); row++)
                        statistics.Add([(float)((value + 3) % values)]);
                }

                IReadOnlyList<double> edges = new PiecewiseLinearEmbedding { Bins = bins }.Fit([statistics[0]]).Edges![0];
                Assert.InRange(edges.Count, Math.Min(values, 2), Math.Min(values, bins + 1));
                Assert.Equal((0, values - 1), (edges[0], edges[^1]));
            }
        }
    }

    [Fact]
    public void Ties_are_found_in_the_sketch_of_more_rows_than_it_holds()
    {
        var random = new Random(2);
        var statistics = new InputStatistics(1);
        for (int row = 0; row < 60_000; row++)
            statistics.Add([row % 10 < 5 ? 7 : row % 10 < 8 ? 0 : 10 + 100 * random.NextSingle()]);
        IReadOnlyList<double> edges = new PiecewiseLinearEmbedding { Bins = 40 }.Fit([statistics[0]]).Edges![0];
        Assert.Equal(41, edges.Count);
        Assert.Equal([0, 7], edges.Take(2));
        for (int i = 2; i < 41; i++)
            Assert.InRange(edges[i], 10 + 100 * (i - 3) / 38.0, 10 + 100 * (i - 1) / 38.0);
    }

    [Theory, MemberData(nameof(Impossible))]
    public void What_is_impossible_is_refused_with_the_remedy(int index)
    {
        (Func<NetworkSpec> make, string parameter, string text) = Faults[index];
        RequireFault(Assert.Throws<ArgumentException>(make), parameter, text);
    }

    [Fact]
    public void A_smooth_clip_holds_whatever_is_far_out()
    {
        var network = new Network<float>(NetworkSpec.Input(2).Then(
            new RobustScale { Columns = [new(0, 1)], Medians = [0], Scales = [1e30] }));
        var block = new DenseBlock<float>(2, 2);
        (block.Row(0)[0], block.Row(0)[1], block.Row(1)[0]) = (1e18f, 1e30f, -1e18f);
        DenseBlock<float> y = network.Forward(block, network.CreateWorkspace(2), ForwardMode.Inference);
        Assert.Equal((3f, 1e30f, -3f), (y.Row(0)[0], y.Row(0)[1], y.Row(1)[0]));
    }

    [Fact]
    public void A_column_that_varies_less_than_single_precision_divides_gives_zeros()
    {
        var statistics = new InputStatistics(1);
        statistics.Add([0]);
        statistics.Add([float.Epsilon]);
        foreach (InputEncoder encoder in new InputEncoder[] { new Standardize(), new RobustScale(), new PiecewiseLinearEmbedding { Bins = 1 } })
        {
            var network = new Network<float>(NetworkSpec.Input(1).Then(encoder).FittedTo(statistics));
            var block = new DenseBlock<float>(1, 1);
            block.Row(0)[0] = 5;
            Assert.Equal(0, network.Forward(block, network.CreateWorkspace(1), ForwardMode.Inference).Row(0)[0]);
        }
    }

    [Fact]
    public void A_periodic_embedding_gives_x_beside_the_map_if_it_is_to()
    {
        var embedding = new PeriodicEmbedding { Columns = [new(1, 2)], Frequencies = 16, Deviation = 0.1, Dimension = 3, UseRelu = false };
        float[] row = [5, -2, 0.25f, 7];
        float[] Outputs(PeriodicEmbedding encoder)
        {
            var network = new Network<float>(NetworkSpec.Input(Width).Then(encoder), seed: 3);
            return network.Forward(TrainedNetworks.Block<float>(row, Width), network.CreateWorkspace(1), ForwardMode.Inference).Row(0).ToArray();
        }

        float[] alone = Outputs(embedding);
        Assert.Equal([5, .. alone[1..4], -2, .. alone[4..7], 0.25f, 7], Outputs(embedding with { AddInput = true }));
        Assert.Equal(
            "PeriodicEmbedding(1-2, 16 frequencies of 0.1 → 3, no relu, with x)", (embedding with { AddInput = true }).ToString());
    }

    [Fact]
    public void Frequencies_begin_normal_and_none_beyond_three_deviations()
    {
        var network = new Network<double>(
            NetworkSpec.Input(50).Then(new PeriodicEmbedding { Frequencies = 200, Dimension = 1, Deviation = 0.5 }), seed: 4);
        double[] c = network.Parameters.Read(network.Parameters.Slots[0]);
        Assert.Equal(10_000, c.Length);
        Assert.InRange(c.Max(Math.Abs), 1, 1.5);
        Assert.InRange(c.Average(), -0.02, 0.02);
        Assert.InRange(Math.Sqrt(c.Average(value => value * value)), 0.47, 0.51); // 0.4933 of a normal distribution that ends there
    }

    [Fact]
    public void A_file_with_an_encoder_that_is_not_fitted_is_refused()
    {
        byte[] json = NetworkJson.Write(NetworkSpec.Input(3).Then(new Standardize()).Dense(1), new SquaredError());
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => NetworkJson.Read(json));
        Assert.Contains("Layer 0.standardize, Standardize(not fitted), is not fitted", refused.Message, StringComparison.Ordinal);
    }

    private const int Width = 4;

    // Columns of 300, of 2, of 1 and of 4 values.
    private static float[][] Rows(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(row => new[]
        {
            MathF.Exp(3 * random.NextSingle()), row % 3 == 0 ? 1000 : 2000, -7, row % 4 * 100,
        })];
    }

    private static InputStatistics StatisticsOf(float[][] rows)
    {
        var statistics = new InputStatistics(rows[0].Length);
        foreach (float[] row in rows)
            statistics.Add(row);
        return statistics;
    }

    // Reads the mean without saying so.
    private sealed record AskingEncoder : InputEncoder
    {
        public override bool IsFitted => false;

        public override bool NeedsQuantiles => true;

        public override int NumbersPerColumn => 1;

        protected override int? FittedColumns => null;

        public override InputEncoder Fit(IReadOnlyList<ColumnStatistics> columns) => new Standardize { Means = [columns[0].Mean], Deviations = [1] };

        public override Layer<T> Compile<T>(LayerPlace place) => new Linear().Compile<T>(place);

        protected override void ValidateOptions()
        {
        }
    }

    private static void RequireFault(ArgumentException fault, string parameter, string text) =>
        Assert.Equal((parameter, text), (fault.ParamName, fault.WithoutParameter()));
}
