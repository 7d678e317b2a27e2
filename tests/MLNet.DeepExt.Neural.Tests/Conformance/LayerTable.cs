using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>Every kind of layer, in small networks that end in three logits. A new kind is one more row.</summary>
internal static class LayerTable
{
    public const int Inputs = 6;
    public const int Outputs = 3;

    private static readonly Dictionary<string, NetworkSpec> Rows = new()
    {
        ["Dense"] = Start.Dense(Outputs),
        ["Dense without bias"] = Start.Then(new Dense(Outputs) { UseBias = false }),
        ["Dense wider than a strip"] = Start.Dense(37).Dense(Outputs),
        ["Dense with neural tangent parametrization"] = Start.Then(NeuralTangent(37)).Tanh().Then(NeuralTangent(Outputs)),
        ["Dense with a data-driven bias"] = Start.Then(new Dense(37) { DataDrivenBias = true }).BatchNorm().Tanh()
            .Then(new Dense(20) { DataDrivenBias = true, NeuralTangent = true }).Tanh().Dense(Outputs),
        ["LearnedScaling"] = Start.Then(new LearnedScaling()).Dense(Outputs),
        ["LearnedScaling behind a Dense, and last"] = Start.Dense(37).Then(new LearnedScaling { RateFactor = 2 }).Tanh().Dense(Outputs)
            .Then(new LearnedScaling { RateFactor = 0.5 }),
        ["CategoryEmbedding"] = Start.EmbedCategories(new CategoryRange(1, 3, 2)).Dense(Outputs),
        ["CategoryEmbedding of everything"] = Start.EmbedCategories(new CategoryRange(0, 2, 20), new CategoryRange(2, 4, 3)).Dense(Outputs),
        ["CategoryEmbedding behind another layer"] = Start.Dense(5).Relu().EmbedCategories(CategoryRange.Of(1, 4)).Dense(Outputs),
        ["CategoryEmbedding of values that are seen"] =
            Start.EmbedCategories(new CategoryRange(0, 3, 2) { Seen = [0, 2] }, new CategoryRange(4, 2, 3) { Seen = [] }).Dense(Outputs),
        ["Standardize"] = Start.Then(new Standardize { Columns = [new(1, 3)], Means = [0.1, -2, 0.3], Deviations = [0.5, 2, 0] }).Dense(Outputs),
        ["Standardize of everything, then an activation"] = Start
            .Then(new Standardize { Means = [0.1, -2, 0.3, 0, 0, 1], Deviations = [0.5, 2, 0.1, 1, 1, 3] }).Tanh().Dense(Outputs),
        ["RobustScale"] = Start
            .Then(new RobustScale { Columns = [new(0, 2), new(5, 1)], Medians = [0.1, -2, 0.3], Scales = [3, 0.5, 9] }).Dense(Outputs),
        ["RobustScale without clip"] = Start
            .Then(new RobustScale { Columns = [new(2, 1)], Medians = [0.4], Scales = [3], SmoothClip = false }).Dense(Outputs),
        ["OneHot"] = Start.Then(new OneHot { Columns = [new(1, 2), new(4, 1)], Values = [[-1, 0.5, 1], [0], []] }).Dense(Outputs),
        ["PiecewiseLinearEmbedding"] = Start
            .Then(new PiecewiseLinearEmbedding { Columns = [new(1, 2), new(4, 1)], Bins = 3, Edges = [[-1, -0.2, 0.3, 1], [0, 0.5], [7]] })
            .Dense(Outputs),
        ["PiecewiseLinearEmbedding with a linear map"] = Start.Then(new PiecewiseLinearEmbedding
        {
            Bins = 3,
            Dimension = 18,
            UseRelu = true,
            Edges = [.. Enumerable.Repeat<double[]>([-0.8, -0.2, 0.3, 0.7], Inputs)],
        }).Dense(Outputs),
        ["PiecewiseLinearEmbedding with a linear map and x added"] = Start
            .Then(new RobustScale { Medians = [0.1, -0.2, 0.3, 0, 0, 0.1], Scales = [0.5, 2, 0.9, 1, 1, 3] })
            .Then(new PiecewiseLinearEmbedding
            {
                Columns = [new(1, 2), new(4, 1)],
                Bins = 4,
                Dimension = 16,
                AddLinear = true,
                Edges = [[-1, -0.25, 0.25, 0.5, 1], [-0.01, 0.01, 0.02], [7]],
            })
            .Dense(Outputs),
        ["PiecewiseLinearEmbedding of many bins, with a map that is wide and bent"] = Start.Then(new PiecewiseLinearEmbedding
        {
            Columns = [new(0, 1), new(5, 1)],
            Bins = 200,
            Dimension = 35,
            AddLinear = true,
            UseRelu = true,
            Edges = [[.. Enumerable.Range(0, 201).Select(i => (i - 100) / 97.0)], [.. Enumerable.Range(0, 150).Select(i => (i - 70) / 71.0)]],
        }).Dense(Outputs),
        ["PiecewiseLinearEmbedding of no columns"] = Start
            .Then(new PiecewiseLinearEmbedding { Columns = [], Dimension = 4, Edges = [] }).Dense(Outputs),
        ["PeriodicEmbedding"] = Start
            .Then(new PeriodicEmbedding { Columns = [new(0, 1), new(2, 2)], Frequencies = 5, Deviation = 0.3, Dimension = 19 })
            .Dense(Outputs),
        ["PeriodicEmbedding with x beside the map"] = Start.Then(
            new PeriodicEmbedding { Columns = [new(0, 2), new(4, 1)], Frequencies = 4, Deviation = 0.1, Dimension = 3, UseRelu = false, AddInput = true })
            .Dense(Outputs),
        ["PeriodicEmbedding of whole strips, with x beside the map"] = Start.Then(
            new PeriodicEmbedding { Frequencies = 3, Deviation = 0.2, Dimension = 16, IsShared = true, AddInput = true }).Dense(Outputs),
        ["PeriodicEmbedding that is shared, behind a scaling"] = Start
            .Then(new Standardize { Means = [0.1, -2, 0.3, 0, 0, 1], Deviations = [0.5, 2, 0.1, 1, 1, 3] })
            .Then(new PeriodicEmbedding { Frequencies = 3, Deviation = 0.2, Dimension = 4, IsShared = true, UseRelu = false }).Dense(Outputs),
        ["BatchNorm"] = Start.Dense(7).BatchNorm().Dense(Outputs),
        ["BatchNorm first"] = Start.BatchNorm().Dense(Outputs),
        ["BatchNorm last"] = Start.Dense(Outputs).BatchNorm(),
        ["LayerNorm"] = Start.Dense(7).LayerNorm().Dense(Outputs),
        ["LayerNorm first"] = Start.LayerNorm().Dense(Outputs),
        ["LayerNorm last"] = Start.Dense(Outputs).LayerNorm(),
        ["LayerNorm wider than a strip"] = Start.Dense(37).Sigmoid().LayerNorm().Tanh().Dense(Outputs),
        ["Dropout"] = Start.Dense(19).Dropout(0.6f).Dense(Outputs),
        ["Linear"] = Start.Dense(5).Then(new Linear()).Dense(Outputs),
        ["Sigmoid"] = Start.Dense(5).Sigmoid().Dense(Outputs),
        ["Tanh"] = Start.Dense(5).Tanh().Dense(Outputs),
        ["Relu"] = Start.Dense(5).Relu().Dense(Outputs),
        ["LeakyRelu"] = Start.Dense(5).LeakyRelu(0.2).Dense(Outputs),
        ["Elu"] = Start.Dense(5).Elu(0.7).Dense(Outputs),
        ["Selu"] = Start.Dense(5).Selu().Dense(Outputs),
        ["Gelu"] = Start.Dense(5).Gelu().Dense(Outputs),
        ["Gelu by tanh"] = Start.Dense(5).Gelu(tanhApproximation: true).Dense(Outputs),
        ["Swish"] = Start.Dense(5).Swish().Dense(Outputs),
        ["Mish"] = Start.Dense(5).Mish().Dense(Outputs),
        ["Softplus"] = Start.Dense(5).Softplus(1.5).Dense(Outputs),
        ["ParametricActivation"] = Start.Dense(5).Then(new ParametricActivation(new Selu())).Dense(Outputs),
        ["ParametricActivation that reads x"] = Start.Dense(37).Then(new ParametricActivation(new Mish())).Dense(Outputs),
        ["ParametricActivation first, last and one after the other"] = Start.Then(new ParametricActivation(new Relu())).Dense(19)
            .Then(new ParametricActivation(new Gelu()) { RateFactor = 2 }).Then(new ParametricActivation(new LeakyRelu())).Dropout(0.7f)
            .Dense(Outputs).Then(new ParametricActivation(new Tanh())),
        ["Dropout on a schedule"] = Start.Dense(19).Then(new Dropout(0.6f) { Schedule = new FlatCosine() }).Dense(Outputs),
        ["activations that read x, first, last and one after the other"] =
            Start.Swish().Dense(19).Gelu().Mish().Dropout(0.7f).Softplus().Relu().Dense(Outputs).Swish(),
        ["Sequential"] = Start.Sequential("hidden", inner => inner.Dense(5).BatchNorm().Tanh()).Dense(Outputs),
        ["Residual"] = Start.Dense(5).Residual(inner => inner.BatchNorm().Relu().Dense(7).Tanh().Dense(5)).Sigmoid().Dense(Outputs),
        ["Residual first and last"] = Start.Residual(inner => inner.Dense(Inputs)).Dense(Outputs).Residual(inner => inner.Tanh().Dense(Outputs)),
        ["Residual of element-wise layers"] = Start.Dense(19).Residual(inner => inner.Relu()).Residual(inner => inner.Swish().Dropout(0.7f)).Dense(Outputs),
        ["Residual in Residual"] = Start.Dense(5).Residual(outer => outer.Residual(inner => inner.Dense(5).Tanh()).LayerNorm().Dense(5)).Dense(Outputs),
        ["Members"] = Start.Members(3, inner => inner.MemberScaling(randomSigns: true).Dense(5).MemberScaling(useBias: true).Tanh().Dense(Outputs)),
        ["Members with heads"] = Start.Dense(19).Tanh().Members(4, inner => inner.MemberScaling(true).Dense(18).Relu().MemberDense(Outputs)),
        ["Members wider than a strip"] = Start.Members(2, inner => inner.MemberDense(37).Gelu().MemberDense(18).MemberScaling()).Dense(Outputs),
        ["Members that begin with normal scales by groups"] = Start.Then(new LearnedScaling()).Members(4, inner => inner
            .Then(new MemberScaling { Initializer = new Normal(1), Groups = [2, 3] }).Then(NeuralTangent(21))
            .Then(new ParametricActivation(new Selu())).Then(new MemberDense(Outputs) { NeuralTangent = true })),
        ["Members with all else"] = Start.Members(3, inner => inner.MemberScaling(true).Dense(21).BatchNorm().Relu().Dropout(0.7f)
            .Residual(block => block.LayerNorm().Dense(21).Swish()).EmbedCategories(new CategoryRange(1, 3, 2)).MemberDense(Outputs)),
        ["Branches"] = Start.Branches(one => one.Dense(19).Tanh().Dense(Outputs), other => other.Dense(Outputs)),
        ["Branches behind a layer and before others"] = Start.Dense(18).Tanh()
            .Branches(one => one.Swish().Dropout(0.7f).Dense(5), two => two.BatchNorm().Tanh().Dense(5).BatchNorm(), three => three.Dense(5).Relu())
            .Tanh().MemberDense(Outputs),
        ["Branches of members, blocks, branches and encoders"] = Start.Branches(
            one => one.Then(new RobustScale { Columns = [new(2, 1)], Medians = [0.4], Scales = [3] }).Then(new LearnedScaling())
                .Members(3, inner => inner.MemberScaling(true).Dense(17).Mish().MemberDense(Outputs)),
            two => two.Residual(block => block.Dense(Inputs).Swish()).Dense(Outputs),
            three => three.Branches(left => left.Dense(Outputs), right => right.EmbedCategories(new CategoryRange(1, 3, 2)).Dense(Outputs))),
        ["Branches of single layers"] = Start.Dense(19).Then(new Branches(new Gelu(), new Dropout(0.6f), new Linear())).Dense(Outputs),
        ["all together"] = Start.Dense(33).BatchNorm().Relu().Dropout(0.8f).Dense(18).BatchNorm().Tanh()
            .Dense(9).LeakyRelu().Dense(5).Sigmoid().Dense(Outputs),
    };

    private static Dense NeuralTangent(int units) => new(units) { NeuralTangent = true };

    private static NetworkSpec Start => NetworkSpec.Input(Inputs);

    public static IEnumerable<string> Names => Rows.Keys;

    public static NetworkSpec Spec(string name) => Rows[name];
}
