using System.Globalization;
using System.Numerics;

namespace MLNet.DeepExt.Search;

/// <summary>
/// All combinations of some values of every parameter, in a fixed order, each once. To compare with; where several parameters matter
/// unequally, <see cref="RandomSampler"/> finds more with as many trials.
/// </summary>
/// <remarks>
/// The values are at equal distances on the scale of the range, with both ends among them; integers are rounded, and each taken once;
/// choices have all their values. A parameter that is of effect only with some values of another one is varied with those alone. In
/// ordinal order of the names the last parameter changes with every trial and the first one most rarely, where one that depends on another
/// comes right after it. After the last combination the search is over; the seed is of no effect.
/// </remarks>
public sealed record GridSampler : Sampler
{
    /// <summary>How many values of each range are tried, from 2 to 10,000. Default 3.</summary>
    public int PointsPerParameter { get; init; } = 3;

    internal override TrialParameters? Suggest(SearchSpace space, int seed, int number, IReadOnlyList<FinishedTrial> bestFirst)
    {
        ILookup<string, Node> children = Tree(space);
        if (number >= CountOf(children[""], children))
            return null;
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        Choose(children[""], number, children, values);
        return new TrialParameters(space, values);
    }

    internal override string? FindFault(SearchSpace space) => PointsPerParameter is < 2 or > 10_000
        ? string.Create(
            CultureInfo.InvariantCulture, $"PointsPerParameter of GridSampler must be from 2 to 10000 but is {PointsPerParameter}; 3 is usual.")
        : null;

    /// <summary>How many combinations there are.</summary>
    /// <param name="space">Where the parameters are from; without faults.</param>
    internal BigInteger Count(SearchSpace space)
    {
        ILookup<string, Node> children = Tree(space);
        return CountOf(children[""], children);
    }

    // Who depends on whom; on no one, "".
    private ILookup<string, Node> Tree(SearchSpace space) => space.InOrderOfDependence()
        .Select(pair => new Node(pair.Key, pair.Value.Condition, pair.Value.Grid(PointsPerParameter)))
        .ToLookup(node => node.Condition?.Name ?? "");

    // The combinations of parameters that do not depend on one another, with all that depends on them.
    private static BigInteger CountOf(IEnumerable<Node> nodes, ILookup<string, Node> children) =>
        nodes.Aggregate(BigInteger.One, (count, node) => count * CountOf(node, children));

    private static BigInteger CountOf(Node node, ILookup<string, Node> children) => node.Values.Aggregate(
        BigInteger.Zero, (count, value) => count + CountOf(node.ChildrenWith(value, children), children));

    // The combination of a number, found by counting those before it and not by going through them.
    private static void Choose(IEnumerable<Node> nodes, BigInteger number, ILookup<string, Node> children, Dictionary<string, object> values)
    {
        foreach (Node node in nodes.Reverse())
        {
            number = BigInteger.DivRem(number, CountOf(node, children), out BigInteger within);
            foreach (object value in node.Values)
            {
                IEnumerable<Node> active = node.ChildrenWith(value, children);
                BigInteger count = CountOf(active, children);
                if (within < count)
                {
                    values[node.Name] = value;
                    Choose(active, within, children, values);
                    break;
                }

                within -= count;
            }
        }
    }

    private sealed record Node(string Name, Condition? Condition, IReadOnlyList<object> Values)
    {
        public IEnumerable<Node> ChildrenWith(object value, ILookup<string, Node> children) =>
            children[Name].Where(child => child.Condition!.Values.Contains(value));
    }
}
