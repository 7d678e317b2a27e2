using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Layers;

namespace MLNet.DeepExt.Trainers;

/// <content>What the presets' networks for tables are made of, each to be taken away or replaced.</content>
public abstract partial class NeuralNetworkOptions
{
    private const int MostMembers = 64;

    /// <summary>
    /// How many members the network for tables has, from 1 to 64: they share its layers but for a factor of each input and the head, and their
    /// predictions are averaged (TabM-mini, Gorishniy et al. 2024). It takes nearly as many times the time. Null, the default, is by the preset:
    /// 4 for <see cref="NetworkPreset.Best"/>, and otherwise 1. Not used by Classic.
    /// </summary>
    public int? Members { get; set; }

    /// <summary>
    /// What the numbers of a table with more than two values are embedded by, behind <see cref="NumberScaling"/>: a
    /// <see cref="PiecewiseLinearEmbedding"/>, also with bins that follow the label (its TargetAwareRows), a <see cref="PeriodicEmbedding"/>, or
    /// null, which embeds none. Its Columns are left null. Not set, it is by the preset: piecewise-linear, by 16 numbers, linear added, with 48 or
    /// 96 bins; none where rows are so few that they are divided into folds. Not used by Classic.
    /// </summary>
    public InputEncoder? NumberEmbedding { get; set => field = Given(value); }

    /// <summary>
    /// What brings the numbers of a table to one scale, before they are embedded: a <see cref="RobustScale"/>, a <see cref="Standardize"/>, or
    /// null, where they are on one scale already. Its Columns are left null. Not set, it is a RobustScale with its smooth clip. Not used by
    /// Classic.
    /// </summary>
    public InputEncoder? NumberScaling { get; set => field = Given(value); }

    /// <summary>
    /// Whether the network for tables learns a factor for each input of its first hidden layer, at six times the rate
    /// (<see cref="Neural.Layers.LearnedScaling"/>). Default true. Not used by Classic.
    /// </summary>
    public bool LearnedScaling { get; set => field = Given(value); } = true;

    /// <summary>
    /// Whether the layers of the network for tables have the neural tangent parametrization (<see cref="Dense.NeuralTangent"/>). Default true.
    /// Not used by Classic.
    /// </summary>
    public bool NeuralTangent { get; set => field = Given(value); } = true;

    /// <summary>One of these that is set; null if none is.</summary>
    internal string? OptionOfTables => Members is not null ? nameof(Members)
        : Array.Find([nameof(NumberEmbedding), nameof(NumberScaling), nameof(LearnedScaling), nameof(NeuralTangent)], IsGiven);

    private OptionFault? FindFaultOfTables()
    {
        if (Members is < 1 or > MostMembers)
            return new(nameof(Members), Invariant($"Members must be from 1 to {MostMembers} but is {Members}; 4 to 8 gain most."));
        return FaultOf(NumberEmbedding, nameof(NumberEmbedding)) ?? FaultOf(NumberScaling, nameof(NumberScaling));
    }

    private static OptionFault? FaultOf(InputEncoder? encoder, string name)
    {
        if (encoder is null)
            return null;
        if (encoder is OneHot)
            return new(name, $"{name} is a OneHot, whose columns are categories; give an encoder of numbers, or null.");
        if (encoder.Columns is not null)
            return new(name, $"{name} names columns but takes the numbers of the table; leave its Columns null.");
        try
        {
            encoder.Validate();
            return null;
        }
        catch (ArgumentException exception)
        {
            return new(name, $"{name} cannot be used: {exception.Message}");
        }
    }
}
