using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Layers;

/// <summary>What encoders learn and compute, beside scikit-learn and the formulas of the papers.</summary>
[Trait("Spec", "G1")]
[Trait("Spec", "G2")]
public sealed class EncoderReferenceTests
{
    private const int Columns = 4, Bins = 6, Dimension = 5;

    private static readonly ReferenceValues Reference = ReferenceValues.Load("encoders");

    [Fact]
    public void Standardize_learns_and_computes_what_StandardScaler_does()
    {
        var fitted = (Standardize)FitToTrain(new Standardize());
        Close.Everywhere(Reference.Doubles("standard.means"), fitted.Means!, 1e-12, "means");
        Close.Everywhere(Reference.Doubles("standard.deviations"), fitted.Deviations!, 1e-12, "deviations");
        double[] y = Outputs(fitted, Reference.Doubles("x"));
        Close.Everywhere(Reference.Doubles("standard.y"), [.. y.Where((_, i) => i % Columns < 3)], 1e-12, "y");
        Assert.All(y.Where((_, i) => i % Columns == 3), value => Assert.Equal(0, value));
    }

    [Fact]
    public void RobustScale_learns_and_computes_what_RobustScaler_does_and_then_clips_smoothly()
    {
        var fitted = (RobustScale)FitToTrain(new RobustScale());
        Close.Everywhere(Reference.Doubles("robust.medians"), fitted.Medians!, 1e-12, "medians");
        Close.Everywhere(Reference.Doubles("robust.scales"), fitted.Scales!, 1e-12, "scales");
        Close.Everywhere(Reference.Doubles("robust.y"), Outputs(fitted, Reference.Doubles("x")), 1e-12, "y");
        Close.Everywhere(Reference.Doubles("robust.z"), Outputs(fitted with { SmoothClip = false }, Reference.Doubles("x")), 1e-12, "z");
    }

    [Fact]
    public void Bins_lie_between_the_quantiles_and_the_frequent_values_that_NumPy_finds()
    {
        IReadOnlyList<IReadOnlyList<double>> edges = Piecewise().Edges!;
        for (int column = 0; column < 3; column++)
            Assert.Equal(Reference.Doubles($"piecewise.edges.{column}"), edges[column]);
        Assert.True(edges[3].Count < 2);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(48)]
    public void Values_that_hold_more_rows_than_a_bin_are_edges_and_the_others_share_the_rest(int bins)
    {
        var statistics = new InputStatistics(Columns);
        foreach (float[] row in Reference.Singles("ties.x").Chunk(Columns))
            statistics.Add(row);
        IReadOnlyList<IReadOnlyList<double>> edges = new PiecewiseLinearEmbedding { Bins = bins }
            .Fit([.. Enumerable.Range(0, Columns).Select(column => statistics[column])]).Edges!;
        for (int column = 0; column < Columns; column++)
            Assert.Equal(Reference.Doubles($"ties.{bins}.{column}"), edges[column]);
    }

    [Fact]
    public void The_piecewise_linear_encoding_is_that_of_the_paper() =>
        Close.Everywhere(Reference.Doubles("piecewise.e"), Outputs(Piecewise(), Reference.Doubles("x")), 1e-12, "e");

    [Theory]
    [InlineData("linear")]
    [InlineData("relu")]
    public void The_map_of_a_piecewise_linear_encoding_and_its_gradients_are_those_of_the_paper(string name) => RequireSame(
        Piecewise() with { Dimension = Dimension, UseRelu = name == "relu" }, Reference.Doubles("x"), Reference.Doubles("piecewise.dy"),
        [Reference.Doubles("piecewise.w"), Reference.Doubles("piecewise.b")], $"piecewise.{name}", ["dw", "db"]);

    [Fact]
    public void Version_B_of_the_embedding_and_its_gradients_are_those_of_the_formula()
    {
        var statistics = new InputStatistics(Columns);
        foreach (float[] row in Reference.Singles("piecewise.scaledtrain").Chunk(Columns))
            statistics.Add(row);
        PiecewiseLinearEmbedding fitted = new PiecewiseLinearEmbedding { Bins = Bins, Dimension = Dimension, AddLinear = true }
            .Fit([.. Enumerable.Range(0, Columns).Select(column => statistics[column])]);
        // In the script x is one more number of the encoding of each column.
        double[] gradient = Reference.Doubles("piecewise.added.dw");
        double[] OfLines(Func<int, bool> isWanted) => [.. gradient.Where((_, i) => isWanted(i / Dimension % (Bins + 1)))];
        RequireSame(
            fitted, Reference.Doubles("piecewise.scaled"), Reference.Doubles("piecewise.dy"),
            [Reference.Doubles("piecewise.w"), Reference.Doubles("piecewise.b"), Reference.Doubles("piecewise.w0")], "piecewise.added",
            [OfLines(line => line < Bins), Reference.Doubles("piecewise.added.db"), OfLines(line => line == Bins)]);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("relu")]
    [InlineData("lite")]
    public void The_periodic_embedding_and_its_gradients_are_those_of_the_paper(string name) => RequireSame(
        new PeriodicEmbedding { Frequencies = 3, Dimension = Dimension, UseRelu = name != "linear", IsShared = name == "lite" },
        Reference.Doubles("periodic.x"), Reference.Doubles("periodic.dy"),
        [Reference.Doubles("periodic.c"), Reference.Doubles($"periodic.{name}.w"), Reference.Doubles($"periodic.{name}.b")],
        $"periodic.{name}", ["dc", "dw", "db"]);

    private static PiecewiseLinearEmbedding Piecewise() => (PiecewiseLinearEmbedding)FitToTrain(new PiecewiseLinearEmbedding { Bins = Bins });

    private static InputEncoder FitToTrain(InputEncoder encoder)
    {
        var statistics = new InputStatistics(Columns);
        foreach (float[] row in Reference.Singles("train").Chunk(Columns))
            statistics.Add(row);
        return (InputEncoder)NetworkSpec.Input(Columns).Then(encoder).FittedTo(statistics).Layers[0];
    }

    private static double[] Outputs(InputEncoder encoder, double[] x)
    {
        var network = new Network<double>(NetworkSpec.Input(Columns).Then(encoder));
        return network.Forward(BlockOf(x), network.CreateWorkspace(x.Length / Columns), ForwardMode.Inference).ToDoubles();
    }

    private static void RequireSame(InputEncoder encoder, double[] x, double[] dy, double[][] parameters, string name, string[] gradients) =>
        RequireSame(encoder, x, dy, parameters, name, Array.ConvertAll(gradients, part => Reference.Doubles($"{name}.{part}")));

    private static void RequireSame(InputEncoder encoder, double[] x, double[] dy, double[][] parameters, string name, double[][] gradients)
    {
        var network = new Network<double>(NetworkSpec.Input(Columns).Then(encoder));
        foreach ((Slot slot, double[] values) in network.Parameters.Slots.Zip(parameters))
            network.Parameters.Write(slot, values);
        int rows = x.Length / Columns;
        Workspace<double> workspace = network.CreateWorkspace(rows, inputGradient: true);
        double[] y = network.Forward(BlockOf(x), workspace, ForwardMode.Train).ToDoubles();
        Close.Everywhere(Reference.Doubles($"{name}.y"), y, 1e-10, "y");
        int outputs = network.Spec.Outputs;
        for (int i = 0; i < dy.Length; i++)
            workspace.OutputGradient.Row(i / outputs)[i % outputs] = dy[i];
        Memory<double> gradient = network.CreateGradient();
        network.Backward(workspace, gradient.Span);
        Close.Everywhere(Reference.Doubles($"{name}.dx"), workspace.InputGradient!.ToDoubles(), 1e-10, "dx");
        foreach ((Slot slot, double[] expected) in network.Parameters.Slots.Zip(gradients))
            Close.Everywhere(expected, network.ReadGradient(slot, gradient.Span), 1e-9, slot.Name);
    }

    private static DenseBlock<double> BlockOf(double[] x)
    {
        var block = new DenseBlock<double>(x.Length / Columns, Columns);
        for (int i = 0; i < x.Length; i++)
            block.Row(i / Columns)[i % Columns] = x[i];
        return block;
    }
}
