using MLNet.DeepExt.Architecture.Tests.Metadata;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>The engine's folders stand on floors, and a type uses its own folder and lower floors only.</summary>
internal static class Floors
{
    private static readonly string[][] Table =
    [
        ["Kernels", "Primitives"],
        ["Augmentations", "Initializers", "Regularizers", "Losses", "Schedules", "Metrics", "Statistics"],
        ["Layers", "Optimizers"],
        ["Networks"],
        ["Data", "Persistence"],
        ["Training"],
        ["Diagnostics", "Adversarial", "Generative"],
    ];

    // Neighbours on one floor keep apart, but for this: what is built from kernels may stand beside them.
    private static readonly HashSet<(string User, string Used)> AllowedNeighbours = [("Primitives", "Kernels")];

    /// <summary>Lists what breaks the floors below <paramref name="root"/>, the namespace of the engine.</summary>
    public static IEnumerable<string> Violations(AssemblyUses assembly, string root) =>
        Unplaced(assembly, root).Concat(
            from use in assembly.InnerUses()
            let user = FolderOf(use.User, root)
            let used = FolderOf(use.Used, root)
            where FloorOf(user) >= 0 && FloorOf(used) >= 0 && !Allows(user, used)
            select $"{use.User} (floor {FloorOf(user)}) must not use {use.Used} (floor {FloorOf(used)})");

    private static IEnumerable<string> Unplaced(AssemblyUses assembly, string root) =>
        from uses in assembly.Types
        where FloorOf(FolderOf(uses.Type, root)) < 0
        select $"{uses.Type} stands on no floor; place its folder in the table of {nameof(Floors)}";

    private static bool Allows(string user, string used) =>
        user == used || FloorOf(used) < FloorOf(user) || AllowedNeighbours.Contains((user, used));

    private static int FloorOf(string folder) => Array.FindIndex(Table, floor => floor.Contains(folder));

    // The first folder decides: Data/Augmentation stands where Data stands.
    private static string FolderOf(TypeName type, string root) =>
        type.IsWithin(root) && type.Namespace.Length > root.Length ? type.Namespace[(root.Length + 1)..].Split('.')[0] : "";
}
