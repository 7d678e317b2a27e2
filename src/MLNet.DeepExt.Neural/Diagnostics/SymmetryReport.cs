using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>The result of a symmetry check, layer by layer.</summary>
public sealed class SymmetryReport
{
    internal SymmetryReport(IReadOnlyList<SymmetryPart> layers) => Layers = layers;

    /// <summary>Each hidden layer that has units.</summary>
    public IReadOnlyList<SymmetryPart> Layers { get; }

    /// <summary>True if any two hidden units are copies of each other.</summary>
    public bool HasCopies => Layers.Any(layer => layer.Copies.Count > 0);

    /// <summary>The result as a table: each layer with its units, the number of different units and the copies; then the remedy.</summary>
    public override string ToString()
    {
        var table = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{"Layer",-24} {"Units",10} {"Different",10}\n");
        foreach (SymmetryPart layer in Layers)
        {
            table.Append(CultureInfo.InvariantCulture, $"{layer.Name,-24} {layer.Units,10:N0} {layer.DistinctUnits,10:N0}");
            foreach (IReadOnlyList<int> group in layer.Copies)
                table.Append(CultureInfo.InvariantCulture, $"  [{Ranges(group)}]");
            table.Append('\n');
        }

        return table.Append(
            HasCopies
                ? "Units in brackets are copies of one another and do the work of one; begin with random weights, such as He."
                : "No hidden unit is a copy of another.").ToString();
    }

    // 0-3, 7, 9-10. The numbers are in order.
    private static string Ranges(IReadOnlyList<int> units)
    {
        var ranges = new List<string>();
        for (int first = 0, last; first < units.Count; first = last + 1)
        {
            last = first;
            while (last + 1 < units.Count && units[last + 1] == units[last] + 1)
                last++;
            ranges.Add(first == last
                ? units[first].ToString(CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{units[first]}-{units[last]}"));
        }

        return string.Join(", ", ranges);
    }
}
