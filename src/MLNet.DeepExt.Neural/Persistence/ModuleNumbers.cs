using System.Globalization;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>
/// The modules of a PyTorch model by the names of their tensors, such as <c>model.3.weight</c>: module model.3, part weight.
/// </summary>
internal static class ModuleNumbers
{
    /// <summary>What stands after the last dot.</summary>
    public static string PartOf(string tensor) => tensor[(tensor.LastIndexOf('.') + 1)..];

    /// <summary>The modules in the order of their numbers, behind what all their names begin with.</summary>
    /// <exception cref="InvalidDataException">One has a name where it should have a number.</exception>
    public static string[] Order(IEnumerable<string> tensors)
    {
        string[] modules = [.. tensors.Select(ModuleOf).Distinct()];
        string[][] paths = [.. modules.Select(module => module.Split('.'))];
        int common = 0;
        while (paths.Length > 0 && paths.All(path => path.Length > common && path[common] == paths[0][common]))
            common++;
        return [.. modules.Zip(paths, (module, path) => (Module: module, Numbers: NumbersOf(module, path.AsSpan(common))))
            .OrderBy(pair => pair.Numbers, Comparer<int[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
            .Select(pair => pair.Module)];
    }

    private static string ModuleOf(string tensor) => tensor[..Math.Max(0, tensor.LastIndexOf('.'))];

    private static int[] NumbersOf(string module, ReadOnlySpan<string> path)
    {
        var numbers = new int[path.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!int.TryParse(path[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                throw new InvalidDataException(
                    $"The file has tensors of a module {SafetensorsHeader.Shorten(module)}, which has a name and no number to go by; "
                    + "tell the module of each layer that learns.");
            }
        }

        return numbers;
    }
}
